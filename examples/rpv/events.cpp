// rpv events: built-in RPV-like events as a file. A documented toy, see toy_events.hpp.
#include "commands.hpp"
#include "toy_events.hpp"
#include "write_pieces.hpp"

namespace rpv {
namespace {

struct options {
  std::string out;
  std::int64_t n = 0;
  double mglu = 1400, mneu = 850;
  std::uint64_t seed = 1;
  int threads = 0;
};

int run(const options& o) {
  if (o.n < 1) throw hepgan::error("--n: found " + std::to_string(o.n) + ", expected at least 1");
  use_threads(o.threads);
  write_pieces(o.out, o.n, [&](std::int64_t first, std::int64_t count, std::span<float> images) {
    generate(o.seed, first, count, o.mglu, o.mneu, images);
    const auto constant = [&](double v) { return std::vector<float>(count, static_cast<float>(v)); };
    return hepgan::io::event_fields{{"mGlu", constant(o.mglu)}, {"mNeu", constant(o.mneu)}, {"weight", constant(1)}};
  });
  return 0;
}

}  // namespace

command add_events(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--n", o->n, "number of events")->required()->check(a_number<std::int64_t>());
  app.add_option("--out", o->out, "HDF5 file to write")->required()->check(a_path())->check(an_hdf5_path());
  app.add_option("--mglu", o->mglu, "gluino mass in GeV")->capture_default_str()->check(a_number<double>());
  app.add_option("--mneu", o->mneu, "neutralino mass in GeV")->capture_default_str()->check(a_number<double>());
  app.add_option("--seed", o->seed, "seed of the events")->capture_default_str()->check(a_number<std::uint64_t>());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
