// The oracle's deviation within groups of events, with its second derivative.
//
// Of G events with F numbers each: c = x − mean over events, s_i = √(Σ_e c²/G + ε), y = Σ_i s_i/F at every pixel. Then
//   ∂y/∂x = c/(GFs)
//   ∂/∂x (Σ ct/(GFs)) = (t′ − c·Σ_e(ct)/(Gs²))/(GFs), with t′ = t − mean over events
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/backend/kernel.hpp>

namespace hepgan::reference {
namespace detail {

/// Events [first, first + count) of a batch, of `size` numbers in and `pixels` out; and how one of their numbers
/// deviates.
template <class Layer, class Real>
struct deviating_group {
  int first, count, size, pixels;

  std::int64_t at(int event, int i) const { return std::int64_t(first + event) * size + i; }
  template <class F>
  Real mean(F f) const {
    Real s = 0;
    for (int e = 0; e < count; ++e) s += f(e);
    return s / count;
  }
  Real centre(const Real* x, int i) const {
    return mean([&](int e) { return x[at(e, i)]; });
  }
  Real deviation(const Real* x, int i, Real centre) const {
    return std::sqrt(mean([&](int e) { return (x[at(e, i)] - centre) * (x[at(e, i)] - centre); }) +
                     Real(Layer::epsilon));
  }
  Real output_slope(const Real* dy) const {
    Real s = 0;
    for (std::int64_t p = std::int64_t(first) * pixels; p < std::int64_t(first + count) * pixels; ++p) s += dy[p];
    return s;
  }
  void fill_output(Real* y, Real value) const {
    std::fill_n(y + std::int64_t(first) * pixels, std::int64_t(count) * pixels, value);
  }
};

template <class Layer, class Real, class F>
void over_deviating_groups(const job<Real>& j, F f) {
  const event_groups groups(j.batch, Layer::group);
  for (int g = 0; g < groups.count; ++g)
    f(deviating_group<Layer, Real>{groups.first(g), groups.size(g), j.what->x.extent.size(),
                                   j.what->y.extent.pixels()});
}

}  // namespace detail

template <class Layer, class Real>
void deviation_forward(const job<Real>& j) {
  detail::over_deviating_groups<Layer>(j, [&](const auto& g) {
    Real sum = 0;
    for (int i = 0; i < g.size; ++i) sum += g.deviation(j.x, i, g.centre(j.x, i));
    g.fill_output(j.y, sum / g.size);
  });
}

template <class Layer, class Real>
void deviation_backward(const job<Real>& j) {
  if (!j.dx) return;
  detail::over_deviating_groups<Layer>(j, [&](const auto& g) {
    const Real slope = g.output_slope(j.dy) / (Real(g.count) * g.size);
    for (int i = 0; i < g.size; ++i) {
      const Real centre = g.centre(j.x, i), s = g.deviation(j.x, i, centre);
      for (int e = 0; e < g.count; ++e) j.dx[g.at(e, i)] = slope * (j.x[g.at(e, i)] - centre) / s;
    }
  });
}

template <class Layer, class Real>
void deviation_tangent(const job<Real>& j) {
  detail::over_deviating_groups<Layer>(j, [&](const auto& g) {
    Real sum = 0;
    for (int i = 0; i < g.size; ++i) {
      const Real centre = g.centre(j.x, i), s = g.deviation(j.x, i, centre);
      sum += g.mean([&](int e) { return (j.x[g.at(e, i)] - centre) * j.dy[g.at(e, i)]; }) / s;
    }
    g.fill_output(j.dx, sum / g.size);
  });
}

template <class Layer, class Real>
void deviation_curve(const job<Real>& j) {
  detail::over_deviating_groups<Layer>(j, [&](const auto& g) {
    const Real slope = g.output_slope(j.dy) / (Real(g.count) * g.size);
    for (int i = 0; i < g.size; ++i) {
      const Real centre = g.centre(j.x, i), s = g.deviation(j.x, i, centre), centre_t = g.centre(j.x2, i);
      const Real along = g.mean([&](int e) { return (j.x[g.at(e, i)] - centre) * j.x2[g.at(e, i)]; }) / (s * s);
      for (int e = 0; e < g.count; ++e) {
        const std::int64_t k = g.at(e, i);
        j.y[k] = slope * (j.x2[k] - centre_t - (j.x[k] - centre) * along) / s;
      }
    }
  });
}

template <class Layer, class Real>
constexpr kernel_functions<Real> deviation_kernel() {
  return {.forward = &deviation_forward<Layer, Real>,
          .backward = &deviation_backward<Layer, Real>,
          .tangent = &deviation_tangent<Layer, Real>,
          .curve = &deviation_curve<Layer, Real>};
}

}  // namespace hepgan::reference
