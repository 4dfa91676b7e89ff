// The gradient check: backward against central differences in double, for the library's layers and a user's own.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/net/tape.hpp>
#include <vector>

namespace hepgan {

namespace detail {

/// The share of the outputs that production, in vectors of floats, makes other than the numbers y of doubles: a layer
/// may mean another thing for a vector. Near a step a few differ by rounding.
template <network_type N>
double share_of_other_floats(const parameters<N, double>& p, const tape<N, double>& in_double,
                             std::span<const double> x, std::span<const double> c, std::span<const double> y) {
  parameters<N> narrow;
  narrow.update([&](std::span<float> weights) { std::ranges::copy(p.flat(), weights.begin()); });
  narrow.update_state([&](std::span<float> state) { std::ranges::copy(p.state(), state.begin()); });
  std::ranges::copy(p.scalars(), narrow.scalars().begin());
  tape<N> t(in_double.batch());
  t.random(in_double.seed(), in_double.first_event());
  t.load(std::vector<float>(x.begin(), x.end())), t.load_conditions(std::vector<float>(c.begin(), c.end()));
  const auto found = t.forward(narrow);
  double largest = 1e-3, other = 0;
  for (const double value : y) largest = (std::max)(largest, std::abs(value));
  for (std::size_t i = 0; i < y.size(); ++i) other += !(std::abs(found[i] - y[i]) < 1e-2 * largest);
  return other / static_cast<double>(y.size());
}

/// Weights away from where they begin, by numbers of the stream; how many those were.
template <network_type N>
std::uint64_t disturb(parameters<N, double>& p, const random_stream& r) {
  std::uint64_t drawn = 0;
  p.update([&](std::span<double> weights) {
    for (double& w : weights) w += 0.3 * r.normal(drawn++);
  });
  p.advance(state_moves::at_step), p.advance(state_moves::at_update);
  return drawn;
}

/// Of a slope against the central difference of value() by a number that set(…) changes; 1: it is no number.
template <class Set, class Value>
double relative_error(double slope, double start, Set set, Value value) {
  constexpr double h = 1e-5;
  set(start + h);
  const double up = value();
  set(start - h);
  const double down = value();
  set(start);
  const double numeric = (up - down) / (2 * h);
  const double error = std::abs(numeric - slope) / (std::abs(numeric) + std::abs(slope) + 1e-2);
  return std::isfinite(error) ? error : 1;
}

/// So that at most so many of n are looked at.
inline std::size_t every(std::size_t n, int samples) {
  if (samples < 1) throw error({"gradient check: found ", samples, " samples, expected at least 1"});
  return 1 + n / static_cast<std::size_t>(samples);
}

/// The largest over some of the weights.
template <network_type N, class Value>
double worst_of_weights(parameters<N, double>& p, const gradients<N, double>& g, int samples, Value value) {
  double worst = 0;
  for (std::size_t i = 0; i < g.flat().size(); i += every(g.flat().size(), samples)) {
    const auto set = [&](double to) { p.update([&](std::span<double> weights) { weights[i] = to; }); };
    worst = (std::max)(worst, relative_error(g.flat()[i], p.flat()[i], set, value));
  }
  return worst;
}

}  // namespace detail

/// Largest relative error of dL/dw and dL/dx of a network, L = Σ v·y with random v, at up to `samples` places each;
/// 1e-6 or less is agreement away from kinks. Every gradient slot is poisoned first, so that an unwritten one shows.
/// 1 where the same network makes other numbers in production.
template <network_type N>
double gradient_check(int batch, int samples = 100, std::uint64_t seed = 1) {
  parameters<N, double> p;
  gradients<N, double> g;
  tape<N, double> t(batch);
  const random_stream r(seed, purpose::user);
  std::uint64_t drawn = detail::disturb(p, r);
  std::vector<double> x(std::size_t(batch) * event_of<N>.size()), v(std::size_t(batch) * N::output.size()),
      dx(x.size()), c(std::size_t(batch) * conditions_of<N>);
  for (double& value : x) value = r.normal(drawn++);
  for (double& value : v) value = r.normal(drawn++);
  for (double& value : c) value = r.normal(drawn++);
  t.random(seed, 0);
  const auto loss = [&] {
    t.load(x), t.load_conditions(c);
    const auto y = t.forward(p);
    double sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) sum += v[i] * y[i];
    return sum;
  };
  loss();
  if (detail::share_of_other_floats<N>(p, t, x, c, t.output()) > 0.05) return 1;
  t.poison_gradients();
  t.load_output_gradient(v);
  t.backward(p, &g, true);
  t.store_input_gradient(dx);

  double worst = detail::worst_of_weights(p, g, samples, loss);
  for (std::size_t i = 0; i < x.size(); i += detail::every(x.size(), samples))
    worst = (std::max)(worst, detail::relative_error(
                                  dx[i], x[i], [&](double to) { x[i] = to; }, loss));
  return worst;
}

}  // namespace hepgan
