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

/// Sums over an epoch's steps; the means are over the turns that each network had.
struct epoch_sums {
  std::int64_t critic_steps = 0, generator_steps = 0;
  step_result sum;

  void add(const step_result& r) {
    critic_steps += r.trained.critic, generator_steps += r.trained.generator;
    sum.critic_loss += r.critic_loss, sum.generator_loss += r.generator_loss;
    sum.real_decision += r.real_decision, sum.fake_decision += r.fake_decision;
    sum.event_penalty += r.event_penalty;
  }
  step_result mean() const {
    const auto over = [](double total, std::int64_t n) { return n ? total / static_cast<double>(n) : 0; };
    return {.trained = {critic_steps > 0, generator_steps > 0},
            .critic_loss = over(sum.critic_loss, critic_steps),
            .generator_loss = over(sum.generator_loss, generator_steps),
            .real_decision = over(sum.real_decision, critic_steps),
            .fake_decision = over(sum.fake_decision, critic_steps),
            .event_penalty = over(sum.event_penalty, generator_steps)};
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
  std::function<void(std::span<float>)> prepare = {};                         ///< a real batch in MeV becomes pixels
  std::function<bool(const position&, const step_result&)> after_step = {};   ///< false: stop here
  std::function<void(const position&, const step_result&)> after_epoch = {};  ///< the epoch that ended, and its means
};

/// Trains until `epochs` are done or a callback stops it; false: stopped. `at` is where it is, all along.
/// Gan: `batch()` and `step(span) → step_result`, such as gan<…>. Events: `image()`, `steps_per_epoch(batch)` and
/// `batch(epoch, step, n, out)`, such as data::event_stream. A loss that is not finite is an error; nothing is saved.
template <class Gan, class Events>
bool train(Gan& gan, Events& events, const train_options& options, position& at) {
  const std::int64_t steps = events.steps_per_epoch(gan.batch());
  if (steps < 1)
    throw error("batch: found " + std::to_string(gan.batch()) + ", expected at most the number of training events");
  std::vector<float> batch(std::size_t(gan.batch()) * events.image().size());
  for (; at.epoch < options.epochs; ++at.epoch, at.step = 0, at.sums = {}) {
    while (at.step < steps) {
      events.batch(at.epoch, at.step, gan.batch(), batch);
      if (options.prepare) options.prepare(batch);
      const step_result r = gan.step(batch);
      if (!std::isfinite(r.critic_loss + r.generator_loss + r.event_penalty))
        throw error("epoch " + std::to_string(at.epoch) + ", step " + std::to_string(at.step) +
                    ": the loss is not finite (critic " + std::to_string(r.critic_loss) + ", generator " +
                    std::to_string(r.generator_loss) + ", penalty on events " + std::to_string(r.event_penalty) +
                    "); a smaller learning rate may help");
      at.sums.add(r), ++at.step;
      if (options.after_step && !options.after_step(at, r)) return false;
    }
    if (options.after_epoch) options.after_epoch(at, at.sums.mean());
  }
  return true;
}

}  // namespace hepgan
