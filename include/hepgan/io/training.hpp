// A training in a checkpoint: both networks, the optimizers' moments and the step count. With the same seed, options
// and number of threads it goes on bit for bit as if never stopped.
#pragma once
#include <hepgan/io/parameters.hpp>
#include <hepgan/io/position.hpp>
#include <hepgan/train/gan.hpp>
#include <initializer_list>
#include <span>
#include <string>

namespace hepgan {

namespace detail {

using blocks = std::span<const named_moment<float>>;

inline void save_moments(checkpoint& c, const std::string& prefix, std::int64_t steps, blocks moments) {
  c.put(prefix + ".steps", steps);
  for (const auto& [name, numbers] : moments) c.put(text_from({prefix, ".", name}), std::span<const float>(numbers));
}
inline void expect_moments(const checkpoint& c, const std::string& prefix, blocks moments) {
  c.integer(prefix + ".steps");
  for (const auto& [name, numbers] : moments) {
    const std::string record = text_from({prefix, ".", name});
    if (!c.has(record)) c.fail({prefix, ": found another optimizer, expected one with moments ", name});
    c.expect(record, numbers.size());
  }
  if (const std::size_t n = c.blocks_under(prefix + "."); n != moments.size())  // all of them found, and others
    c.fail({prefix, ": found another optimizer, with ", n, " moments, expected ", moments.size()});
}
inline void load_moments(const checkpoint& c, const std::string& prefix, std::int64_t& steps, blocks moments) {
  expect_moments(c, prefix, moments);
  steps = c.integer(prefix + ".steps");
  for (const auto& [name, numbers] : moments) c.get(text_from({prefix, ".", name}), numbers);
}

}  // namespace detail

/// An optimizer's state: its `steps` and `blocks()`.
template <class State>
requires requires(const State& s) { s.steps, s.blocks(); }
void save(checkpoint& c, const std::string& prefix, const State& s) {
  detail::save_moments(c, prefix, s.steps, s.blocks());
}
/// All of it, or none and an error.
template <class State>
requires requires(const State& s) { s.steps, s.blocks(); }
void load(const checkpoint& c, const std::string& prefix, State& s) {
  detail::load_moments(c, prefix, s.steps, s.blocks());
}

namespace detail {

/// A network under its name, and the state of the optimizer that moves it; constants to be saved.
template <class Network, class Steps>
struct learner {
  const char* name;
  Network& network;
  Steps& steps;
  blocks moments;

  std::string in(const std::string& prefix) const { return text_from({prefix, ".", name}); }
  std::string optimizer_in(const std::string& prefix) const { return text_from({prefix, ".", name, ".optimizer"}); }
};
using saved_learner = learner<const parameters_base<float>, const std::int64_t>;
using loaded_learner = learner<parameters_base<float>, std::int64_t>;

/// The learners of a training and its number of steps.
inline void save_training(checkpoint& c, const std::string& prefix, std::int64_t steps,
                          std::initializer_list<saved_learner> all) {
  for (const saved_learner& l : all) {
    save(c, l.in(prefix), l.network);
    save_moments(c, l.optimizer_in(prefix), l.steps, l.moments);
  }
  c.put(prefix + ".steps", steps);
}
/// All of it, or none and an error: everything is expected before the first is loaded.
inline void load_training(const checkpoint& c, const std::string& prefix, std::int64_t& steps,
                          std::initializer_list<loaded_learner> all) {
  const std::int64_t found = c.integer(prefix + ".steps");
  for (const loaded_learner& l : all) {
    expect(c, l.in(prefix), l.network);
    expect_moments(c, l.optimizer_in(prefix), l.moments);
  }
  for (const loaded_learner& l : all) {
    load(c, l.in(prefix), l.network);
    load_moments(c, l.optimizer_in(prefix), l.steps, l.moments);
  }
  steps = found;
}

}  // namespace detail

/// Records begin with the prefix ("training"): a file may hold an averaged generator beside.
template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const gan<Policies...>& g) {
  detail::save_training(c, prefix, g.steps,
                        {{"generator", g.generator, g.generator_moments.steps, g.generator_moments.blocks()},
                         {"critic", g.critic, g.critic_moments.steps, g.critic_moments.blocks()}});
}
/// All of it, or none and an error.
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, gan<Policies...>& g) {
  detail::load_training(c, prefix, g.steps,
                        {{"generator", g.generator, g.generator_moments.steps, g.generator_moments.blocks()},
                         {"critic", g.critic, g.critic_moments.steps, g.critic_moments.blocks()}});
}

}  // namespace hepgan
