// rpv sample: images in MeV from a checkpoint. Event i of a seed is the same on any number of threads.
#include <hepgan/core/parallel.hpp>

#include "asked_conditions.hpp"
#include "commands.hpp"
#include "places.hpp"
#include "write_pieces.hpp"

namespace rpv {
namespace {

struct options {
  std::string checkpoint, out, condition, like;
  std::int64_t n = 0;
  std::uint64_t seed = 1;
  int threads = 0;
};

/// The values of its fields that each event shall have, of a generator that takes conditions.
std::vector<float> values_for(const generator& g, const options& o) {
  if (!o.condition.empty() && !o.like.empty())
    throw hepgan::error("--like: found beside --condition, expected one of them");
  if (o.condition.empty() && o.like.empty()) {
    if (g.conditions().size() == 0) return {};
    throw hepgan::error("--condition: found nothing, expected a value for each of " + g.conditions().fields() +
                        ", which this generator takes, or --like FILE");
  }
  if (!o.like.empty()) {
    if (g.conditions().size() == 0)
      throw hepgan::error("--like: found " + o.like + ", expected no conditions, since this generator takes none");
    return values_like(g, o.like, o.n);
  }
  const auto row = asked_values(g, "--condition", o.condition);
  std::vector<float> rows;
  for (std::int64_t i = 0; i < o.n; ++i) rows.insert(rows.end(), row.begin(), row.end());
  return rows;
}

int run(const options& o) {
  expect_events(o.n);
  expect_place("--out", o.out, hdf5_file, {o.checkpoint, o.like});
  use_threads(o.threads);
  const auto file = hepgan::checkpoint::read(o.checkpoint);
  const auto model = load_generator(file);
  const auto values = values_for(*model, o);
  tell_outside(file, *model, values);
  const auto k = static_cast<std::int64_t>(model->conditions().size());
  write_pieces(o.out, o.n, [&](std::int64_t first, std::int64_t count, std::span<float> images) {
    const auto of_these = std::span(values).subspan(first * k, count * k);
    model->sample(o.seed, first, count, images, model->conditions().scaled(of_these));
    return fields_of(*model, of_these);
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
  app.add_option("--out", o->out, "HDF5 file to write, or to replace: all_events/hist [n,64,64], MeV")
      ->required()
      ->check(a_path())
      ->check(an_hdf5_path());
  app.add_option("--condition", o->condition, "conditions of all events, as mGlu=1500,mNeu=700 in GeV");
  app.add_option("--like", o->like, "or a file of events: each gets the conditions of one of its")->check(a_path());
  app.add_option("--seed", o->seed, "seed of the events")->capture_default_str()->check(a_number<std::uint64_t>());
  app.add_option("--threads", o->threads, "threads; all cores when not given")->check(a_number<int>());
  return [o] { return run(*o); };
}

}  // namespace rpv
