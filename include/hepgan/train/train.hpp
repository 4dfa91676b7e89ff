// A short trainer: epochs over a stream of events, with what happens after each step and each epoch left to its caller.
#pragma once
#include <cmath>
#include <cstdint>
#include <functional>
#include <hepgan/core/error.hpp>
#include <hepgan/loss/loss.hpp>
#include <span>
#include <string>
#include <vector>

namespace hepgan {

/// What one step gave; a loss is 0 where it was not that network's turn.
struct step_result {
  turn trained;
  double critic_loss = 0, generator_loss = 0;
  double real_decision = 0, fake_decision = 0;  ///< D(x) and D(G(z)), means over the critic's batch
  double event_penalty = 0;                     ///< on the generated events, beside the generator's loss
};

/// Each number of a step by name, and the network in whose turn it is measured.
struct step_number {
  const char* name;
  double step_result::*value;
  bool turn::*whose;
};
inline constexpr step_number step_numbers[] = {{"critic_loss", &step_result::critic_loss, &turn::critic},
                                               {"generator_loss", &step_result::generator_loss, &turn::generator},
                                               {"real_decision", &step_result::real_decision, &turn::critic},
                                               {"fake_decision", &step_result::fake_decision, &turn::critic},
                                               {"event_penalty", &step_result::event_penalty, &turn::generator}};

/// Sums over an epoch's steps; the means are over the turns that each network had.
struct epoch_sums {
  std::int64_t critic_steps = 0, generator_steps = 0;
  step_result sum;

  void add(const step_result& r) {
    critic_steps += r.trained.critic, generator_steps += r.trained.generator;
    for (const step_number& n : step_numbers) sum.*n.value += r.*n.value;
  }
  step_result mean() const {
    step_result m{.trained = {critic_steps > 0, generator_steps > 0}};
    for (const step_number& n : step_numbers)
      if (const std::int64_t turns = n.whose == &turn::critic ? critic_steps : generator_steps)
        m.*n.value = sum.*n.value / static_cast<double>(turns);
    return m;
  }
};

/// Where a training is: the next step to do, and the sums of this epoch. A resumed training continues from it.
struct position {
  std::int64_t epoch = 0, step = 0;
  epoch_sums sums;
};

/// Each function may be left out.
struct train_options {
  std::int64_t epochs = 1;
  std::function<void(const position&, std::span<float>)> prepare = {};        ///< a real batch in MeV becomes pixels
  std::function<bool(const position&, const step_result&)> after_step = {};   ///< false: stop here
  std::function<void(const position&, const step_result&)> after_epoch = {};  ///< the epoch that ended, and its means
};

/// Trains until `epochs` are done or a callback stops it; false: stopped. `at` is where it is, all along.
/// Gan: `batch()` and `step(span) → step_result`, such as gan<…>. Events: `image()`, `steps_per_epoch(batch)` and
/// `batch(epoch, step, n, out)`, such as data::event_stream; where these have `conditions()`, of some `size()`, and
/// `batch_conditions(epoch, step, n, out)`, a step takes them too. A loss that is not finite is an error; nothing is
/// saved.
template <class Gan, class Events>
bool train(Gan& gan, Events& events, const train_options& options, position& at) {
  const std::int64_t steps = events.steps_per_epoch(gan.batch());
  if (steps < 1) throw error({"batch: found ", gan.batch(), ", expected at most the number of training events"});
  std::vector<float> batch(std::size_t(gan.batch()) * events.image().size()), conditions;
  if constexpr (requires { events.conditions().size(); }) conditions.resize(gan.batch() * events.conditions().size());
  for (; at.epoch < options.epochs; ++at.epoch, at.step = 0, at.sums = {}) {
    while (at.step < steps) {
      events.batch(at.epoch, at.step, gan.batch(), batch);
      if (options.prepare) options.prepare(at, batch);
      const step_result r = [&] {
        if constexpr (requires { gan.step(batch, conditions), events.batch_conditions(0, 0, 0, conditions); }) {
          if (!conditions.empty()) events.batch_conditions(at.epoch, at.step, gan.batch(), conditions);
          return gan.step(batch, conditions);
        } else {
          if (!conditions.empty())
            throw error("conditions: found some in the events, expected none: nothing takes them");
          return gan.step(batch);
        }
      }();
      if (!std::isfinite(r.critic_loss + r.generator_loss + r.event_penalty))
        throw error({"epoch ", at.epoch, ", step ", at.step, ": found a loss of critic ", r.critic_loss, ", generator ",
                     r.generator_loss, ", penalty on events ", r.event_penalty,
                     ", expected finite ones; a smaller learning rate may help"});
      at.sums.add(r), ++at.step;
      if (options.after_step && !options.after_step(at, r)) return false;
    }
    if (options.after_epoch) options.after_epoch(at, at.sums.mean());
  }
  return true;
}

}  // namespace hepgan
