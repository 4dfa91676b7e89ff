// rpv sample: images in MeV from a checkpoint. Event i of a seed is the same on any number of threads.
#include <hepgan/core/parallel.hpp>

#include "commands.hpp"
#include "write_pieces.hpp"

namespace rpv {
namespace {

struct options {
  std::string checkpoint, out;
  std::int64_t n = 0;
  std::uint64_t seed = 1;
  int threads = 0;
};

int run(const options& o) {
  if (o.n < 1) throw hepgan::error("--n: found " + std::to_string(o.n) + ", expected at least 1");
  expect_another_file("--out", o.out, o.checkpoint);
  use_threads(o.threads);
  const auto model = load_generator(hepgan::checkpoint::read(o.checkpoint));
  write_pieces(o.out, o.n, [&](std::int64_t first, std::int64_t count, std::span<float> images) {
    model->sample(o.seed, first, count, images);
    return hepgan::io::event_fields{};
  });
  return 0;
}

}  // namespace

command add_sample(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--checkpoint", o->checkpoint, "best.ckpt, epoch-NNN.ckpt or last.ckpt of a run")
      ->required()
      ->check(a_path());
  app.add_option("--n", o->n, "number of events")->required()->check(a_number<std::int64_t>());
  app.add_option("--out", o->out, "HDF5 file to write: all_events/hist [n,64,64], MeV")
      ->required()
      ->check(a_path())
      ->check(an_hdf5_path());
  app.add_option("--seed", o->seed, "seed of the events")->capture_default_str()->check(a_number<std::uint64_t>());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
