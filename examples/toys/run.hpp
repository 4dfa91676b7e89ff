// One training: a method on a distribution, looked at now and then.
#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <string>
#include <vector>

#include "../common/interrupt.hpp"
#include "distributions.hpp"
#include "measures.hpp"
#include "trainer.hpp"

namespace toys {

using examples::interrupted, examples::catch_interrupts;

/// What was learnt after so many steps: generated points, and how good they are.
struct snapshot {
  std::int64_t step;
  std::vector<float> points;
  figures found;
};

struct training {
  const method& how;
  const distribution& data;
  std::int64_t steps;
  std::uint64_t seed;
  int snapshots = 1;  ///< the last is of the last step, each other of half as many as the next
};

/// Trains on one thread, which is as fast as more for networks of this size; `look` sees each snapshot. False: it was
/// interrupted.
inline bool run(const training& t, const std::function<void(const snapshot&)>& look) {
  constexpr std::uint64_t real_points = 1ull << 60;  // a stream apart from those that trainings and samplers count
  hepgan::set_threads(1);
  const auto model = t.how.begin(t.seed);
  std::vector<float> batch(2 * static_cast<std::size_t>(model->batch()));
  int left = t.snapshots;
  for (std::int64_t step = 1; step <= t.steps; ++step) {
    if (interrupted) return false;
    t.data.fill(batch, t.seed ^ real_points, static_cast<std::uint64_t>((step - 1) * model->batch()));
    if (const double loss = model->step(batch); !std::isfinite(loss))
      throw hepgan::error(std::string(t.how.name) + ", " + std::string(t.data.name) + ", seed " +
                          std::to_string(t.seed) + ", step " + std::to_string(step) + ": found a loss of " +
                          std::to_string(loss) + ", expected a finite one");
    if (step < t.steps >> (left - 1)) continue;
    snapshot s{step, std::vector<float>(2 * judged), {}};
    model->sample(t.seed, s.points);
    s.found = judge(t.data, s.points);
    look(s);
    --left;
  }
  return true;
}

}  // namespace toys
