// A training in a checkpoint: both networks, the optimizers' moments and the step count. With the same seed, options
// and number of threads it goes on bit for bit as if never stopped.
#pragma once
#include <hepgan/io/parameters.hpp>
#include <hepgan/io/position.hpp>
#include <hepgan/train/gan.hpp>

namespace hepgan {

/// An optimizer's state: its `steps` and `blocks()`.
template <class State>
requires requires(const State& s) { s.steps, s.blocks(); }
void save(checkpoint& c, const std::string& prefix, const State& s) {
  c.put(prefix + ".steps", s.steps);
  int i = 0;
  for (const std::span<float> block : s.blocks())
    c.put(prefix + "." + std::to_string(i++), std::span<const float>(block));
}
template <class State>
requires requires(const State& s) { s.steps, s.blocks(); }
void load(const checkpoint& c, const std::string& prefix, State& s) {
  s.steps = c.integer(prefix + ".steps");
  int i = 0;
  for (const std::span<float> block : s.blocks()) c.get(prefix + "." + std::to_string(i++), block);
}

/// Records begin with the prefix ("training"): a file may hold an averaged generator beside.
template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const gan<Policies...>& g) {
  save(c, prefix + ".generator", g.generator), save(c, prefix + ".critic", g.critic);
  save(c, prefix + ".generator.optimizer", g.generator_moments);
  save(c, prefix + ".critic.optimizer", g.critic_moments);
  c.put(prefix + ".steps", g.steps);
}
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, gan<Policies...>& g) {
  load(c, prefix + ".generator", g.generator), load(c, prefix + ".critic", g.critic);
  load(c, prefix + ".generator.optimizer", g.generator_moments);
  load(c, prefix + ".critic.optimizer", g.critic_moments);
  g.steps = c.integer(prefix + ".steps");
}

}  // namespace hepgan
