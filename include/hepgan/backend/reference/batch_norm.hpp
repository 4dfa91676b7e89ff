// The oracle's batch norm, as its paper writes it (arXiv:1502.03167).
#pragma once
#include <cmath>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/statistics.hpp>

namespace hepgan::reference {
namespace detail {

/// f(index) for every element of channel c in the batch.
template <class Real, class F>
void over_channel(const job<Real>& j, int c, F f) {
  const shape s = j.what->x.extent;
  for (int n = 0; n < j.batch; ++n)
    for (int p = 0; p < s.pixels(); ++p) f((std::int64_t(n) * s.channels + c) * s.pixels() + p);
}

template <class Real>
struct affine {
  Real mean, scale;
  Real normalised(Real x) const { return (x - mean) * scale; }
};

template <class Real>
affine<Real> normaliser(const job<Real>& j, int c) {
  const int channels = j.what->x.extent.channels;
  if (!j.training) return {j.state[c], 1 / std::sqrt(j.state[channels + c] + Real(batch_statistics::epsilon))};
  const batch_statistics at(channels);
  return {j.statistics[at.mean + c], j.statistics[at.inverse_deviation + c]};
}

}  // namespace detail

template <class Real>
void batch_norm_forward(const job<Real>& j) {
  const shape s = j.what->x.extent;
  const double count = double(j.batch) * s.pixels();
  const batch_statistics at(s.channels);
  for (int c = 0; c < s.channels; ++c) {
    if (j.training) {
      double mean = 0, square = 0;
      detail::over_channel(j, c, [&](std::int64_t i) { mean += j.x[i]; });
      mean /= count;
      detail::over_channel(j, c, [&](std::int64_t i) { square += (j.x[i] - mean) * (j.x[i] - mean); });
      j.statistics[at.mean + c] = static_cast<Real>(mean);
      j.statistics[at.inverse_deviation + c] =
          static_cast<Real>(1 / std::sqrt(square / count + batch_statistics::epsilon));
      j.statistics[at.variance + c] = static_cast<Real>(square / (std::max)(count - 1, 1.0));
    }
    const auto at = detail::normaliser(j, c);
    detail::over_channel(
        j, c, [&](std::int64_t i) { j.y[i] = j.weights[c] * at.normalised(j.x[i]) + j.weights[s.channels + c]; });
  }
}

template <class Real>
void batch_norm_backward(const job<Real>& j) {
  const shape s = j.what->x.extent;
  const Real count = Real(j.batch) * s.pixels();
  for (int c = 0; c < s.channels; ++c) {
    const auto at = detail::normaliser(j, c);
    Real sum = 0, projected = 0;
    detail::over_channel(j, c, [&](std::int64_t i) {
      sum += j.dy[i];
      projected += j.dy[i] * at.normalised(j.x[i]);
    });
    if (j.gradient) j.gradient[c] += projected, j.gradient[s.channels + c] += sum;
    if (!j.dx) continue;
    const Real gain = j.weights[c] * at.scale;
    detail::over_channel(j, c, [&](std::int64_t i) {
      j.dx[i] = gain * (j.training ? j.dy[i] - sum / count - at.normalised(j.x[i]) * projected / count : j.dy[i]);
    });
  }
}

template <class Real>
constexpr kernel_functions<Real> batch_norm_kernel() {
  return {.forward = &batch_norm_forward<Real>, .backward = &batch_norm_backward<Real>};
}

}  // namespace hepgan::reference
