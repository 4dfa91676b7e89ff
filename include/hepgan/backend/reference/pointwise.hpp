// The oracle's pointwise layers, bias and dropout: plain loops in any real type.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/pointwise_functions.hpp>
#include <hepgan/core/random.hpp>

namespace hepgan::reference {

/// Slope at x, or from the output where the layer runs in place.
template <class L, class Real>
Real slope(const Real* x, const Real* y, std::int64_t i, const Real* s) {
  if constexpr (has_function<functions::slope_of_output, L, Real>)
    return call<functions::slope_of_output, L>(y[i], s);
  else
    return call<functions::slope, L>(x[i], s);
}

template <class L, class Real>
void curve(const job<Real>& j) {
  for (std::int64_t i = 0, n = std::int64_t(j.batch) * j.what->y.stored(); i < n; ++i)
    j.y[i] = call<functions::curvature, L>(j.x[i], j.scalars) * j.x2[i] * j.dy[i];
}

/// The factor of a dropout layer for element i: 0, or 1/(1 − rate) for survivors.
template <class Real>
Real survivor(const job<Real>& j, std::int64_t i) {
  const Real rate = j.scalars[0];
  const std::int64_t n = j.what->y.stored(), stride = (n + 3) / 4 * 4;
  const random_stream stream(j.seed, purpose::dropout, static_cast<std::uint32_t>(j.what->leaf));
  return stream.uniform((j.event + i / n) * stride + i % n) < rate ? Real(0) : 1 / (1 - rate);
}

template <class L, class Real>
void pointwise_forward(const job<Real>& j) {
  for (std::int64_t i = 0, n = std::int64_t(j.batch) * j.what->y.stored(); i < n; ++i)
    if constexpr (draws_random_numbers<L>)
      j.y[i] = j.training ? j.x[i] * survivor(j, i) : j.x[i];
    else
      j.y[i] = call<functions::value, L>(j.x[i], j.scalars);
}

template <class L, class Real>
void pointwise_backward(const job<Real>& j) {
  if (!j.dx) return;
  for (std::int64_t i = 0, n = std::int64_t(j.batch) * j.what->y.stored(); i < n; ++i)
    if constexpr (draws_random_numbers<L>)
      j.dx[i] = j.training ? j.dy[i] * survivor(j, i) : j.dy[i];
    else
      j.dx[i] = j.dy[i] * slope<L>(j.x, j.y, i, j.scalars);
}

template <class L, class Real>
constexpr kernel_functions<Real> pointwise_kernel() {
  kernel_functions<Real> k{.forward = &pointwise_forward<L, Real>,
                           .backward = &pointwise_backward<L, Real>,
                           .tangent = &pointwise_backward<L, Real>};
  if constexpr (has_function<functions::curvature, L, Real>) k.curve = &curve<L, Real>;
  return k;
}

template <class Real>
constexpr kernel_functions<Real> bias_kernel() {
  return {.forward =
              [](const job<Real>& j) {
                const int n = j.what->y.extent.size(), per = j.what->bias_per_pixel ? 1 : j.what->y.extent.pixels();
                for (std::int64_t i = 0; i < std::int64_t(j.batch) * n; ++i) j.y[i] = j.x[i] + j.weights[i % n / per];
              },
          .backward =
              [](const job<Real>& j) {
                const int n = j.what->y.extent.size(), per = j.what->bias_per_pixel ? 1 : j.what->y.extent.pixels();
                for (std::int64_t i = 0; i < std::int64_t(j.batch) * n; ++i) {
                  if (j.gradient) j.gradient[i % n / per] += j.dy[i];
                  if (j.dx) j.dx[i] = j.dy[i];
                }
              }};
}

}  // namespace hepgan::reference
