// What penalties on the critic's slope share: a function of each event's ‖∇ₓD‖, and its gradient by a tangent sweep.
#pragma once
#include <cmath>
#include <cstddef>
#include <hepgan/net/input_gradient.hpp>
#include <span>

namespace hepgan::detail {

/// What such a penalty P needs beside the tapes; each has its own where there are several.
template <class P, class Critic>
struct slope_workspace {
  static_assert(has_slopes<Critic>());  // here, so that the compiler has less of a way to tell
  input_gradient<Critic> gradient;
  explicit slope_workspace(int batch) : gradient(batch) {}
  std::size_t bytes() const { return gradient.bytes(); }
};

/// A function of ‖∇ₓD‖ of one event; and its derivative divided by ‖∇ₓD‖, which is finite where the slope vanishes.
struct slope_term {
  double value, slope_over_length;
};

/// Σ f(‖∇ₓD‖) over the events; their direction ← f′·∇ₓD/‖∇ₓD‖.
template <class Real, class F>
double fill_direction(std::span<const Real> slope, std::span<Real> direction, int batch, F f) {
  const std::size_t size = slope.size() / batch;
  double sum = 0;
  for (std::size_t first = 0; first < slope.size(); first += size) {
    double square = 0;
    for (std::size_t i = first; i < first + size; ++i) square += double(slope[i]) * slope[i];
    const slope_term t = f(std::sqrt(square));
    sum += t.value;
    for (std::size_t i = first; i < first + size; ++i) direction[i] = static_cast<Real>(t.slope_over_length * slope[i]);
  }
  return sum;
}

/// Σ f(‖∇ₓD‖) over the events at which `gradient` was evaluated, with ∇ₓD in `slope`, the norm over all of an event;
/// its gradient with respect to the critic's weights is added to g.
template <class Real, class F>
double penalise_slopes(input_gradient_base<Real>& gradient, const parameters_base<Real>& critic,
                       gradients_base<Real>& g, std::span<const std::type_identity_t<Real>> slope, F f) {
  const double sum = fill_direction<Real>(slope, gradient.direction(), gradient.batch(), f);
  gradient.pull_back(critic, g);
  return sum;
}

}  // namespace hepgan::detail
