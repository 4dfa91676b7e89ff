// rpv interpolate: images at masses in a row from one point to another, such as were never simulated.
#include <cstdio>
#include <hepgan/physics/comparison.hpp>
#include <hepgan/physics/images.hpp>
#include <hepgan/physics/jets.hpp>
#include <hepgan/physics/means.hpp>

#include "../common/interrupt.hpp"
#include "asked_conditions.hpp"
#include "commands.hpp"
#include "mass_points.hpp"
#include "places.hpp"
#include "read_pieces.hpp"

namespace rpv {
namespace {

struct options {
  std::string checkpoint, from, to, out, real;
  int steps = 5;
  std::int64_t n = 1000;
  std::uint64_t seed = 1;
  int threads = 0;
};

/// Jets of an event, and their summed mass in GeV, on average over all events.
struct means {
  double n_jet, sum_mass;
  explicit means(const hepgan::physics::jet_events& jets) {
    using hepgan::physics::mean, hepgan::physics::by_event;
    n_jet = mean(by_event("nJet", jets)), sum_mass = mean(by_event("sumMass", jets));
  }
};

/// A line of the table: the point, generated events, and real ones where there are some.
void tell(const hepgan::io::event_fields& fields, std::span<const float> images, const jets_at_points& real) {
  const auto fake = hepgan::physics::reconstruct(images, image);
  const means m(fake);
  for (const auto& [name, values] : fields) std::printf("%9g", values.front());
  std::printf(" %9.3f %9.1f %10.4f", m.n_jet, m.sum_mass, hepgan::physics::occupancy(images));
  if (fields.contains("mGlu") && fields.contains("mNeu"))
    if (const auto at = real.find({fields.at("mGlu").front(), fields.at("mNeu").front()}); at != real.end()) {
      const means of_real(at->second);
      std::printf("  %9.3f %9.1f %9.2f", of_real.n_jet, of_real.sum_mass,
                  hepgan::physics::compare(at->second, fake).ks_comb);
    }
  std::printf("\n");
  std::fflush(stdout);
}

int run(const options& o) {
  expect_events(o.n);
  if (o.steps < 2 || o.steps > 1000)
    throw hepgan::error("--steps: found " + std::to_string(o.steps) + ", expected 2 to 1000");
  expect_place("--out", o.out, hdf5_file, {o.checkpoint, o.real});
  use_threads(o.threads);
  const auto file = hepgan::checkpoint::read(o.checkpoint);
  const auto model = load_generator(file);
  const auto from = asked_values(*model, "--from", o.from), to = asked_values(*model, "--to", o.to);
  tell_outside(file, *model, from), tell_outside(file, *model, to);
  jets_at_points real;
  if (!o.real.empty()) {
    hepgan::io::event_file events(o.real);
    events.expect(image);
    hepgan::physics::jet_events jets;
    read_pieces(events, events.size(), [&](std::int64_t, std::span<const float> images) {
      jets += hepgan::physics::reconstruct(images, image);
    });
    real = by_point(events, jets);
  }

  examples::catch_interrupts();
  hepgan::io::event_writer writer(o.out, image);
  std::vector<float> images(static_cast<std::size_t>(o.n) * image.size()), values(from.size() * o.n);
  for (int step = 0; step < o.steps; ++step) {
    examples::expect_uninterrupted();
    const double way = double(step) / (o.steps - 1);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t k = i % from.size();
      values[i] = static_cast<float>((1 - way) * from[k] + way * to[k]);
    }
    model->sample(o.seed, static_cast<std::uint64_t>(step) * o.n, o.n, images, model->conditions().scaled(values));
    const auto fields = fields_of(*model, values);
    if (step == 0) {
      for (const auto& [name, values] : fields) std::printf("%9s", name.c_str());
      std::printf(" %9s %9s %10s%s\n", "<nJet>", "<sumMass>", "occupancy",
                  real.empty() ? "" : "  real: <nJet> <sumMass>   ks_comb");
    }
    tell(fields, images, real);
    writer.append(images, fields);
  }
  writer.finish();
  return 0;
}

}  // namespace

command add_interpolate(CLI::App& app) {
  auto o = std::make_shared<options>();
  app.add_option("--checkpoint", o->checkpoint, "best.ckpt, epoch-NNN.ckpt or last.ckpt of a conditional run")
      ->required()
      ->check(a_path());
  app.add_option("--from", o->from, "masses in GeV to begin at, as mGlu=1000,mNeu=500")->required();
  app.add_option("--to", o->to, "masses to end at")->required();
  app.add_option("--steps", o->steps, "points, both ends among them")->capture_default_str()->check(a_number<int>());
  app.add_option("--n", o->n, "events at each point")->capture_default_str()->check(a_number<std::int64_t>());
  app.add_option("--out", o->out, "HDF5 file to write, or to replace, with the masses of each event beside its image")
      ->required()
      ->check(a_path())
      ->check(an_hdf5_path());
  app.add_option("--real", o->real, "simulated events, to compare with at those of the points that they have")
      ->check(a_path());
  app.add_option("--seed", o->seed, "seed of the events")->capture_default_str()->check(a_number<std::uint64_t>());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
