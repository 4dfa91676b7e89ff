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

/// A network under its name, and the state of the optimizer that moves it.
template <class Network, class State>
struct learner {
  const char* name;
  Network& network;
  State& moments;

  std::string in(const std::string& prefix) const { return prefix + "." + name; }
};

template <class Network, class State>
learner(const char*, Network&, State&) -> learner<Network, State>;  // clang 14 deduces no aggregate

/// The learners of a training and its number of steps.
template <class... Networks, class... States>
void save_training(checkpoint& c, const std::string& prefix, std::int64_t steps, learner<Networks, States>... all) {
  ((save(c, all.in(prefix), all.network), save(c, all.in(prefix) + ".optimizer", all.moments)), ...);
  c.put(prefix + ".steps", steps);
}
/// All of it, or none and an error: everything is expected before the first is loaded.
template <class... Networks, class... States>
void load_training(const checkpoint& c, const std::string& prefix, std::int64_t& steps,
                   learner<Networks, States>... all) {
  const std::int64_t found = c.integer(prefix + ".steps");
  ((expect(c, all.in(prefix), all.network), expect(c, all.in(prefix) + ".optimizer", all.moments)), ...);
  ((load(c, all.in(prefix), all.network), load(c, all.in(prefix) + ".optimizer", all.moments)), ...);
  steps = found;
}

}  // namespace detail

/// Records begin with the prefix ("training"): a file may hold an averaged generator beside.
template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const gan<Policies...>& g) {
  detail::save_training(c, prefix, g.steps, detail::learner{"generator", g.generator, g.generator_moments},
                        detail::learner{"critic", g.critic, g.critic_moments});
}
/// All of it, or none and an error.
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, gan<Policies...>& g) {
  detail::load_training(c, prefix, g.steps, detail::learner{"generator", g.generator, g.generator_moments},
                        detail::learner{"critic", g.critic, g.critic_moments});
}

}  // namespace hepgan
