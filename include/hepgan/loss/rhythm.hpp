// Whose turn a step is: several critic steps for each generator step, or the other way round.
#pragma once
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/loss/loss.hpp>
#include <string>

namespace hepgan {

/// A cycle is critic_steps − 1 steps of the critic alone, one of both networks, and generator_steps − 1 of the
/// generator alone; each number at least 1. In the first `long_cycles` of them, and in every `long_every`-th (0: no
/// more), the critic makes `long_critic_steps` (0: no cycle is long), as WGAN's does: {.critic_steps = 5,
/// .long_critic_steps = 100} (arXiv:1701.07875).
struct rhythm {
  int critic_steps = 1, generator_steps = 1;
  int long_critic_steps = 0, long_cycles = 25, long_every = 500;

  constexpr turn at(std::int64_t step) const {
    if (critic_steps < 1 || generator_steps < 1 || long_critic_steps < 0 || long_cycles < 0 || long_every < 0 ||
        (long_every > 0 && long_every < long_cycles))
      refuse();
    if (long_critic_steps == 0) return in_cycle(step, critic_steps);
    const std::int64_t first = long_cycles * length(long_critic_steps);
    if (step < first) return in_cycle(step, long_critic_steps);
    // from here on: what is left of the first round, then rounds that each begin with a long cycle
    const auto cycle = length(critic_steps), rest = (long_every - long_cycles) * cycle;
    if (long_every == 0 || step < first + rest) return in_cycle(step - first, critic_steps);
    const auto in_round = (step - first - rest) % (length(long_critic_steps) + (long_every - 1) * cycle);
    if (in_round < length(long_critic_steps)) return in_cycle(in_round, long_critic_steps);
    return in_cycle(in_round - length(long_critic_steps), critic_steps);
  }

 private:
  [[noreturn]] void refuse() const {
    throw error({"rhythm: found ", critic_steps, " critic and ", generator_steps, " generator steps, ", long_cycles,
                 " long cycles and one every ", long_every,
                 ", expected at least one step of each, and rounds of at least the first long cycles"});
  }
  constexpr std::int64_t length(int critic) const { return critic + generator_steps - 1; }
  constexpr turn in_cycle(std::int64_t step, int critic) const {
    const std::int64_t s = step % length(critic);
    return {.critic = s < critic, .generator = s >= critic - 1};
  }
};

}  // namespace hepgan
