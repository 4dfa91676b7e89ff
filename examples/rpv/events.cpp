// rpv events: built-in RPV-like events, or pileup, as a file. A documented toy, see toy_events.hpp.
#include <optional>

#include "commands.hpp"
#include "places.hpp"
#include "settings.hpp"
#include "toy_events.hpp"
#include "write_pieces.hpp"

namespace rpv {
namespace {

struct options {
  std::string out;
  std::int64_t n = 0;
  double mglu = 1400, mneu = 850;
  bool grid = false;
  std::optional<double> pileup;
  std::uint64_t seed = 1;
  int threads = 0;
};

void write_pileup(const options& o) {
  if (!(*o.pileup >= 0 && *o.pileup <= 1000))
    throw hepgan::error("--pileup: found " + std::to_string(*o.pileup) + ", expected 0 to 1000 collisions");
  write_pieces(o.out, o.n, [&](std::int64_t first, std::int64_t count, std::span<float> images) {
    hepgan::io::event_fields fields{{"weight", std::vector<float>(count, 1.f)}, {"nPU", std::vector<float>(count)}};
    generate_pileup(o.seed, first, *o.pileup, images, fields["nPU"]);
    return fields;
  });
}

int run(const options& o) {
  expect_events(o.n);
  expect_masses({o.mglu, o.mneu});
  expect_place("--out", o.out, hdf5_file);
  use_threads(o.threads);
  if (o.pileup) return write_pileup(o), 0;
  write_pieces(o.out, o.n, [&](std::int64_t first, std::int64_t count, std::span<float> images) {
    const auto point = [&](std::int64_t i) { return o.grid ? grid_point(i) : mass_point{o.mglu, o.mneu}; };
    generate(o.seed, first, count, point, images);
    hepgan::io::event_fields fields{{"weight", std::vector<float>(count, 1.f)}};
    for (std::int64_t i = first; i < first + count; ++i) {
      fields["mGlu"].push_back(static_cast<float>(point(i).mglu));
      fields["mNeu"].push_back(static_cast<float>(point(i).mneu));
    }
    return fields;
  });
  return 0;
}

}  // namespace

command add_events(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--n", o->n, "number of events")->required()->check(a_number<std::int64_t>());
  app.add_option("--out", o->out, "HDF5 file to write, or to replace")
      ->required()
      ->check(a_path())
      ->check(an_hdf5_path());
  auto* mglu = app.add_option("--mglu", o->mglu, "gluino mass in GeV")->capture_default_str();
  auto* mneu = app.add_option("--mneu", o->mneu, "neutralino mass in GeV")->capture_default_str();
  mglu->check(a_number<double>()), mneu->check(a_number<double>());
  auto* grid = app.add_flag("--grid", o->grid, "of eight mass points in turn, instead");
  grid->excludes(mglu)->excludes(mneu);
  app.add_option("--pileup", o->pileup, "or of pileup alone: so many soft collisions on average, 20 or 200")
      ->excludes(mglu)
      ->excludes(mneu)
      ->excludes(grid)
      ->check(a_number<double>());
  app.add_option("--seed", o->seed, "seed of the events")->capture_default_str()->check(a_number<std::uint64_t>());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
