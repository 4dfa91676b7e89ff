// A training in a checkpoint: both networks, the optimizers' moments and the step count. With the same seed, options and
// number of threads it goes on bit for bit as if never stopped.
#pragma once
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/train/gan.hpp>

namespace hepgan {

/// An optimizer's state: its `steps` and `blocks()`.
template <class State>
  requires requires(const State& s) { s.steps, s.blocks(); }
void save(checkpoint& c, const std::string& prefix, const State& s) {
  c.put(prefix + ".steps", s.steps);
  int i = 0;
  for (const std::span<float> block : s.blocks()) c.put(prefix + "." + std::to_string(i++), std::span<const float>(block));
}
template <class State>
  requires requires(const State& s) { s.steps, s.blocks(); }
void load(const checkpoint& c, const std::string& prefix, State& s) {
  s.steps = c.integer(prefix + ".steps");
  int i = 0;
  for (const std::span<float> block : s.blocks()) c.get(prefix + "." + std::to_string(i++), block);
}

template <class... Policies>
void save(checkpoint& c, const gan<Policies...>& g) {
  save(c, "generator", g.generator), save(c, "critic", g.critic);
  save(c, "generator.optimizer", g.generator_moments), save(c, "critic.optimizer", g.critic_moments);
  c.put("steps", g.steps);
}
template <class... Policies>
void load(const checkpoint& c, gan<Policies...>& g) {
  load(c, "generator", g.generator), load(c, "critic", g.critic);
  load(c, "generator.optimizer", g.generator_moments), load(c, "critic.optimizer", g.critic_moments);
  g.steps = c.integer("steps");
}

}  // namespace hepgan
