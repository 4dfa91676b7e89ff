// Checkpoints hold every number, and refuse what they are not.
#include <sys/stat.h>
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

/// Something of all that a checkpoint holds: weights, biases, running state and a run-time scalar.
struct small_generator
    : sequential<shape{3}, dense<shape{2, 2, 2}, bias>, batch_norm, relu, conv2d<1, kernel<2>, stride<1>>, threshold> {
};

checkpoint made_today() {
  parameters<small_generator> p;
  const auto count = [](std::span<float> numbers) {
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i) / 64 - 0.25f;
  };
  p.update(count), p.update_state(count);
  p.scalars()[0] = 0.125f;
  checkpoint c;
  save(c, "generator", p);
  c.put("epoch", std::int64_t{7}), c.put("image_norm", 4e6), c.put("transform", std::string("sqrt"));
  return c;
}

}  // namespace

TEST_CASE("a checkpoint of version 1 is read, and written, as ever") {
  const std::filesystem::path kept = HEPGAN_TEST_DIR "/io/version_1.ckpt";
  const auto bytes_of = [](const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto c = checkpoint::read(kept);
  parameters<small_generator> p;
  load(c, "generator", p);
  CHECK(p.flat()[5] == 5 / 64.0f - 0.25f);
  CHECK(p.state()[3] == 3 / 64.0f - 0.25f);
  CHECK(p.scalars("threshold")[0] == 0.125f);
  CHECK(c.integer("epoch") == 7);
  CHECK(c.real("image_norm") == 4e6);
  CHECK(c.text("transform") == "sqrt");
  const auto again = scratch("again.ckpt");
  made_today().write(again);
  CHECK(bytes_of(again) == bytes_of(kept));
  std::filesystem::remove(again);
}

TEST_CASE("a record takes the place of one of its name, whatever its type and size") {
  checkpoint c;
  c.put("b", std::string("some words")), c.put("c", 3.0), c.put("a", 1);
  c.put("b", std::int64_t(2)), c.put("c", std::string());
  CHECK(c.integer("a") == 1);
  CHECK(c.integer("b") == 2);
  CHECK(c.text("c").empty());
  CHECK(!c.has("d"));
}

TEST_CASE("a file that takes another's place is read by whom that was") {
  const auto path = scratch("private.ckpt");
  made_today().write(path);
  for (const auto mode : {std::filesystem::perms(0600), std::filesystem::perms(0664)}) {
    std::filesystem::permissions(path, mode);
    made_today().write(path);
    CHECK(std::filesystem::status(path).permissions() == mode);
  }
  std::filesystem::remove(path);
}

TEST_CASE("where two networks part is told by a layer, their conditions, or their input") {
  const auto told = [](const char* found, const char* expected) { return detail::difference(found, expected); };
  CHECK(told("8 dense:4", "8 dense:16 relu:16") == "found another network, with dense:4, expected dense:16");
  CHECK(told("8 dense:4", "8 dense:4 relu:4") == "found another network, with nothing, expected relu:4");
  CHECK(told("2 conditions, 10 dense:4", "3 conditions, 11 dense:4") ==
        "found another network, with 2 conditions, expected 3 conditions");
  CHECK(told("2 conditions, 10 dense:4", "8 dense:4") ==
        "found another network, with 2 conditions, expected no conditions");
  CHECK(told("16 dense:4", "12 conditions, 64 dense:4") ==
        "found another network, with no conditions, expected 12 conditions");
  CHECK(told("16 dense:4", "64 dense:4") == "found another network, with an input of 16, expected an input of 64");
  CHECK(told("2 conditions, 1x8x8 dense:4", "2 conditions, 1x16x16 dense:4") ==
        "found another network, with an input of 1x8x8, expected an input of 1x16x16");
}

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
  CHECK_THROWS_WITH(load(back, "generator", other),
                    path.string() +
                        ": generator: found another network, with 0.0.conv2d_transpose:16x4x4,4x4,1x1,0x0, expected "
                        "0.0.conv2d_transpose:32x4x4,4x4,1x1,0x0");

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
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const std::string to_pipe = "/proc/self/fd/" + std::to_string(ends[1]);  // as /dev/stdout often is
  CHECK_THROWS_WITH(c.write(to_pipe), to_pipe + ": cannot be written: found a directory or a device, expected a file");
  ::close(ends[0]), ::close(ends[1]);
}

TEST_CASE("what may never end is no checkpoint, a pipe without a name is read to its end") {
  const std::string zeros = "/dev/zero", pipe = scratch("pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK_THROWS_WITH(checkpoint::read(zeros), zeros + ": found a device, expected a checkpoint");
  CHECK_THROWS_WITH(checkpoint::read(pipe), pipe + ": found a named pipe, expected a checkpoint");
  std::filesystem::remove(pipe);
  const auto path = scratch("piped.ckpt");
  checkpoint c;
  c.put("epoch", std::int64_t{7});
  c.write(path);
  std::ifstream file(path, std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(file), {});
  std::filesystem::remove(path);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], whole.data(), whole.size()) == static_cast<::ssize_t>(whole.size()));
  ::close(ends[1]);
  CHECK(checkpoint::read("/proc/self/fd/" + std::to_string(ends[0])).integer("epoch") == 7);  // as /dev/stdin may be
  ::close(ends[0]);
}

TEST_CASE("a checkpoint holds each record once, and nothing behind them") {
  const auto path = scratch("twice.ckpt");
  checkpoint c;
  c.put("epoch", std::int64_t{7});
  c.write(path);
  std::string whole;
  REQUIRE(read_file(path.string(), whole));
  const std::size_t head = 16;  // magic number, version and count
  const std::string begin = whole.substr(0, head), record = whole.substr(head, whole.size() - head - 8);
  const auto complaint = [&](std::string bytes) {
    const std::uint64_t sum = checksum(std::as_bytes(std::span(bytes)));
    bytes.append(reinterpret_cast<const char*>(&sum), sizeof sum);
    std::ofstream(path, std::ios::binary) << bytes;
    try {
      checkpoint::read(path);
    } catch (const error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(complaint(begin + record).empty());
  CHECK_THAT(complaint(begin + record + "more"), has_text("found bytes behind the last record, expected none"));
  std::string two = begin;
  two[12] = 2;
  CHECK_THAT(complaint(two + record + record), has_text("found two records epoch, expected one"));
  std::filesystem::remove(path);
}
