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
void expect(const checkpoint& c, const std::string& prefix, const State& s) {
  c.integer(prefix + ".steps");
  int i = 0;
  for (const std::span<float> block : s.blocks()) c.expect(prefix + "." + std::to_string(i++), block.size());
  if (c.has(prefix + "." + std::to_string(i)))  // Adam's mean of gradients is no mean of squares
    c.fail(prefix + ": found another optimizer, with more than " + std::to_string(i) + " moments, expected " +
           std::to_string(i));
}
template <class State>
requires requires(const State& s) { s.steps, s.blocks(); }
void load(const checkpoint& c, const std::string& prefix, State& s) {
  expect(c, prefix, s);
  s.steps = c.integer(prefix + ".steps");
  int i = 0;
  for (const std::span<float> block : s.blocks()) c.get(prefix + "." + std::to_string(i++), block);
}

namespace detail {

/// A network that learns, and its optimizer's state. All of a training's are expected before the first is loaded.
template <class State>
void save_learner(checkpoint& c, const std::string& prefix, const parameters_base<float>& network,
                  const State& moments) {
  save(c, prefix, network), save(c, prefix + ".optimizer", moments);
}
template <class State>
void expect_learner(const checkpoint& c, const std::string& prefix, const parameters_base<float>& network,
                    const State& moments) {
  expect(c, prefix, network), expect(c, prefix + ".optimizer", moments);
}
template <class State>
void load_learner(const checkpoint& c, const std::string& prefix, parameters_base<float>& network, State& moments) {
  load(c, prefix, network), load(c, prefix + ".optimizer", moments);
}

}  // namespace detail

/// Records begin with the prefix ("training"): a file may hold an averaged generator beside.
template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const gan<Policies...>& g) {
  detail::save_learner(c, prefix + ".generator", g.generator, g.generator_moments);
  detail::save_learner(c, prefix + ".critic", g.critic, g.critic_moments);
  c.put(prefix + ".steps", g.steps);
}
/// All of it, or none and an error.
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, gan<Policies...>& g) {
  const std::int64_t steps = c.integer(prefix + ".steps");
  detail::expect_learner(c, prefix + ".generator", g.generator, g.generator_moments);
  detail::expect_learner(c, prefix + ".critic", g.critic, g.critic_moments);
  detail::load_learner(c, prefix + ".generator", g.generator, g.generator_moments);
  detail::load_learner(c, prefix + ".critic", g.critic, g.critic_moments);
  g.steps = steps;
}

}  // namespace hepgan
