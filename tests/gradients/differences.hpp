// Gradients against central differences in double: by the weights of a network, of a penalty on a critic's slope, and
// of both steps of a training.
#pragma once
#include <hepgan/init/initialisers.hpp>
#include <hepgan/penalty/critic_slopes.hpp>
#include <hepgan/train/steps.hpp>
#include <span>
#include <vector>

#include "catch.hpp"
#include "distance.hpp"

namespace hepgan::test {

/// Standard normal numbers.
template <class Real = double>
std::vector<Real> normal_numbers(std::size_t n, std::uint64_t seed) {
  const random_stream r(seed, purpose::user);
  std::vector<Real> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<Real>(r.normal(i));
  return x;
}

/// Weights go normal numbers of this spread away from where they begin; what normalises them follows.
template <class N>
void disturb(parameters<N, double>& p, double spread, std::uint64_t seed) {
  const auto by = normal_numbers(p.flat().size(), seed);
  p.update([&](std::span<double> weights) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += spread * by[i];
  });
  settle(p, 3);
}

/// Of a network, by its weights.
template <class N, class Value>
double difference(const gradients<N, double>& g, parameters<N, double>& p, double h, Value value) {
  const auto set = [&](std::size_t i, double to) { p.update([&](std::span<double> weights) { weights[i] = to; }); };
  return difference(g.flat(), p.flat(), h, set, value);
}

/// Of a penalty Σ f(‖∇ₓD‖) over the events of a batch, of a critic whose weights have this spread.
template <class N, class F>
double penalty_difference(int batch, double spread, double h, F f) {
  parameters<N, double> p;
  disturb(p, spread, 8);
  input_gradient<N, double> slope(batch);
  gradients<N, double> g, unused;
  const auto x = normal_numbers(std::size_t(batch) * N::input.size(), 9);
  const auto penalty = [&](gradients<N, double>& to) {
    return hepgan::detail::penalise_slopes(slope, p, to, slope.evaluate(p, x, 3, 0), f);
  };
  penalty(g);
  return difference(g, p, h, [&] { return penalty(unused); });
}

/// Nothing is constant by definition in most losses.
struct nothing_held {
  template <class Loss, class Scores>
  const Loss& operator()(const Loss& loss, const Scores&, const Scores&) const {
    return loss;
  }
};

/// Of a critic's step and a generator's, with conditions where there are some, the larger: `hold` makes of a loss, and
/// of what the critic finds in both batches, the loss whose differences are taken.
template <class Generator, class Critic, class Loss, class Hold = nothing_held>
double difference_of_both_steps(const Loss& loss, Hold hold = {}) {
  constexpr int batch = 6;
  constexpr double h = 1e-4;
  parameters<Generator, double> generator;
  parameters<Critic, double> critic;
  disturb(generator, 0.4, 1), disturb(critic, 0.4, 2);
  tape<Generator, double> made(batch);
  tape<Critic, double> on_real(batch), on_fake(batch);
  const auto conditions = normal_numbers(batch * conditions_of<Critic>, 4);
  made.load(normal_numbers(batch * event_of<Generator>.size(), 3));
  on_real.load(normal_numbers(batch * event_of<Critic>.size(), 5));
  made.load_conditions(conditions), on_real.load_conditions(conditions), on_fake.load_conditions(conditions);
  const auto generate = [&] { made.forward(generator), on_fake.load(made); };
  gradients<Generator, double> of_generator, unused;
  gradients<Critic, double> of_critic, unused_too;
  generate();
  critic_step(loss, critic, on_real, on_fake, of_critic);
  const auto& held = hold(loss, hepgan::detail::output_of<Loss>(on_real), hepgan::detail::output_of<Loss>(on_fake));
  generator_step(loss, critic, on_real, on_fake, generator, made, of_generator);
  const double first =
      difference(of_critic, critic, h, [&] { return critic_step(held, critic, on_real, on_fake, unused_too).loss; });
  const double second = difference(of_generator, generator, h, [&] {
    generate();
    return generator_step(held, critic, on_real, on_fake, generator, made, unused).loss;
  });
  return (std::max)(first, second);
}

}  // namespace hepgan::test
