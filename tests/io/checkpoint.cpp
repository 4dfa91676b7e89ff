// Checkpoints hold every number, and refuse what they are not.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <hepgan/dcgan.hpp>

#include "catch.hpp"

using namespace hepgan;

namespace {

using generator = dcgan_generator<dcgan_options{.size = 16, .channels = 1, .filters = 8, .noise = 16}>;

std::filesystem::path scratch(const char* name) {
  const auto path =
      std::filesystem::temp_directory_path() / (std::string("hepgan-") + std::to_string(::getpid()) + name);
  std::filesystem::remove(path);
  return path;
}

}  // namespace

TEST_CASE("a checkpoint brings back every number and refuses what it is not") {
  parameters<generator> p, q;
  initialise(p, normal{0.1}, 3);
  p.scalars()[0] = 0.25f;
  checkpoint c;
  save(c, "generator", p);
  const auto path = scratch("a.ckpt");
  c.write(path);
  const auto back = checkpoint::read(path);
  load(back, "generator", q);
  CHECK(std::ranges::equal(p.flat(), q.flat()));
  CHECK(q.scalars()[0] == 0.25f);

  parameters<generator, float, backend::reference> elsewhere;  // another backend, the same network
  load(back, "generator", elsewhere);
  CHECK(std::ranges::equal(p.flat(), elsewhere.flat()));
  bool threshold_named = false;
  for (const auto& e : p.entries()) threshold_named |= e.in == block::scalars && e.at.count == 1;
  CHECK(threshold_named);

  parameters<dcgan_generator<dcgan_options{.size = 16, .channels = 1, .filters = 16, .noise = 16}>> other;
  CHECK_THROWS_WITH(load(back, "generator", other), has_text("another network"));

  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(400);
  file.put('!');
  file.close();
  CHECK_THROWS_WITH(checkpoint::read(path), has_text("checksum"));
  std::filesystem::resize_file(path, 300);
  CHECK_THROWS_WITH(checkpoint::read(path), has_text("checksum"));
  std::filesystem::resize_file(path, 3);
  CHECK_THROWS_WITH(checkpoint::read(path),
                    has_text("found a file that begins otherwise, expected a hepgan checkpoint"));
  std::filesystem::remove(path);
  CHECK_THROWS_WITH(checkpoint::read(path),
                    has_text("found no such file, or one that cannot be read, expected a checkpoint"));
  CHECK_THROWS_AS(c.write("/nonexistent/folder/x.ckpt"), error);
}
