// Whose turn a step is: several critic steps for each generator step, or the other way round.
#pragma once
#include <cstdint>
#include <hepgan/loss/loss.hpp>

namespace hepgan {

/// A cycle of critic_steps − 1 steps of the critic alone, one of both networks, and generator_steps − 1 of the
/// generator alone. Before one of the first `warm_up` generator steps, and of every `warm_up_every`-th, the critic
/// makes `warm_up_steps` instead (0: never), as WGAN's does (arXiv:1701.07875, with 100, 25 and 500).
struct rhythm {
  int critic_steps = 1, generator_steps = 1;
  int warm_up_steps = 0, warm_up = 25, warm_up_every = 500;

  constexpr turn at(std::int64_t step) const {
    if (warm_up_steps == 0) return in_cycle(step, critic_steps);
    const std::int64_t first = warm_up * length(warm_up_steps);
    if (step < first) return in_cycle(step, warm_up_steps);
    // from here on: what is left of the first round, then rounds that each begin with a long cycle
    const auto cycle = length(critic_steps), rest = (warm_up_every - warm_up) * cycle;
    if (step < first + rest) return in_cycle(step - first, critic_steps);
    const auto in_round = (step - first - rest) % (length(warm_up_steps) + (warm_up_every - 1) * cycle);
    if (in_round < length(warm_up_steps)) return in_cycle(in_round, warm_up_steps);
    return in_cycle(in_round - length(warm_up_steps), critic_steps);
  }

 private:
  constexpr std::int64_t length(int critic) const { return critic + generator_steps - 1; }
  constexpr turn in_cycle(std::int64_t step, int critic) const {
    const std::int64_t s = step % length(critic);
    return {.critic = s < critic, .generator = s >= critic - 1};
  }
};

}  // namespace hepgan
