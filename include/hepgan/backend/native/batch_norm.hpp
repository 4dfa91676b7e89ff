// Batch norm with an activation in the same pass. Sums go over each (event, channel block) first and are then added in one
// order, so that results do not depend on the number of threads.
#pragma once
#include <cmath>

#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/elements.hpp>
#include <hepgan/backend/statistics.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {
namespace detail {

/// Per channel of one block: x̂ = x·scale − shift, z = γ·x̂ + β.
template <class Real>
struct block_coefficients {
  static constexpr int most = 16;
  alignas(64) Real scale[most], shift[most], gamma[most], beta[most];
};

template <class Real>
block_coefficients<Real> coefficients(const job<Real>& j, int block) {
  const tensor& t = j.what->x;
  const int channels = t.extent.channels, lanes = t.form.block;
  const batch_statistics at(channels);
  block_coefficients<Real> k{};
  for (int l = 0, c = block * lanes; l < lanes && c < channels; ++l, ++c) {
    const Real mean = j.training ? j.statistics[at.mean + c] : j.state[c];
    k.scale[l] = j.training ? j.statistics[at.inverse_deviation + c]
                            : 1 / std::sqrt(j.state[channels + c] + Real(batch_statistics::epsilon));
    k.shift[l] = mean * k.scale[l], k.gamma[l] = j.weights[c], k.beta[l] = j.weights[channels + c];
  }
  return k;
}

/// f(element, lane, kind) over one (event, block), by vectors across the channel block, or across pixels where channels
/// are plain.
template <class Real, class F>
void over_block(const tensor& t, F f) {
  const int lanes = t.form.block, n = t.extent.pixels() * lanes;
  if (lanes % width<Real> == 0 && lanes > 1)
    for (int i = 0; i < n; i += lanes)
      for (int l = 0; l < lanes; l += width<Real>) f(i + l, l, vector_of<Real>{});
  else
    for (int i = 0; i < n; ++i) f(i, lanes == 1 ? 0 : i % lanes, Real{});
}

template <class Real>
int blocks(const tensor& t) {
  return padded_channels(t.extent, t.form) / t.form.block;
}
template <class Real>
std::int64_t offset(const tensor& t, std::int64_t event, int block) {
  return event * t.stored() + std::int64_t(block) * t.extent.pixels() * t.form.block;
}

/// Two sums per (event, block, lane) into scratch, by f(element, lane, kind, sum0, sum1); then their totals in order.
template <class Real, class F, class Total>
void two_sums(const job<Real>& j, F f, Total total) {
  const tensor& t = j.what->x;
  const int lanes = t.form.block, count = blocks<Real>(t);
  parallel_for(std::int64_t(j.batch) * count, [&](std::int64_t i) {
    const std::int64_t event = i / count;
    const int block = static_cast<int>(i % count);
    Real* sums = j.scratch + i * 2 * lanes;
    f(event, block, sums, sums + lanes);
  });
  for (int c = 0; c < t.extent.channels; ++c) {
    double first = 0, second = 0;
    for (int n = 0; n < j.batch; ++n) {
      const Real* sums = j.scratch + (std::int64_t(n) * count + c / lanes) * 2 * lanes + c % lanes;
      first += sums[0], second += sums[lanes];
    }
    total(c, first, second);
  }
}

/// Vector or scalar accumulators of one block: as many as it has vectors.
template <class Real, class F>
void sum_block(const tensor& t, Real* first, Real* second, F f) {
  const int lanes = t.form.block;
  for (int l = 0; l < lanes; ++l) first[l] = second[l] = 0;
  if (lanes % width<Real> == 0 && lanes > 1) {
    using V = vector_of<Real>;
    for (int l = 0; l < lanes; l += width<Real>) {
      V a(Real(0)), b(Real(0));
      for (int i = l; i < t.extent.pixels() * lanes; i += lanes) f(i, l, a, b);
      a.store_unaligned(first + l), b.store_unaligned(second + l);
    }
  } else {
    for (int i = 0; i < t.extent.pixels() * lanes; ++i) f(i, i % lanes, first[i % lanes], second[i % lanes]);
  }
}

/// Sums about each channel's first value, so that a large mean does not swallow a small variance.
template <class Real>
void batch_moments(const job<Real>& j) {
  const tensor& t = j.what->x;
  const batch_statistics at(t.extent.channels);
  const double count = double(j.batch) * t.extent.pixels();
  two_sums(
      j,
      [&](std::int64_t event, int block, Real* first, Real* second) {
        const Real *x = j.x + offset<Real>(t, event, block), *origin = j.x + offset<Real>(t, 0, block);
        sum_block(t, first, second, [&]<class T>(int i, int l, T& a, T& b) {
          const T d = fetch<T>(x + i) - fetch<T>(origin + l);
          a += d, b += d * d;
        });
      },
      [&](int c, double first, double second) {
        const double shift = first / count, square = (std::max)(second - first * shift, 0.0);
        const Real origin = j.x[stored_index(t.extent, t.form, c, 0)];
        j.statistics[at.mean + c] = static_cast<Real>(origin + shift);
        j.statistics[at.inverse_deviation + c] = static_cast<Real>(1 / std::sqrt(square / count + batch_statistics::epsilon));
        j.statistics[at.variance + c] = static_cast<Real>(square / (std::max)(count - 1, 1.0));
      });
}

}  // namespace detail

template <class Arch, class Fused, class Real>
void batch_norm_forward(const job<Real>& j) {
  using activation = layer_or_identity<Fused>;
  const tensor& t = j.what->x;
  if (j.training) detail::batch_moments(j);
  const int count = detail::blocks<Real>(t);
  parallel_for(std::int64_t(j.batch) * count, [&](std::int64_t i) {
    const int block = static_cast<int>(i % count);
    const auto k = detail::coefficients(j, block);
    const Real* x = j.x + detail::offset<Real>(t, i / count, block);
    Real* y = j.y + detail::offset<Real>(t, i / count, block);
    detail::over_block<Real>(t, [&](int e, int l, auto kind) {
      using T = decltype(kind);
      const T normalised = fetch<T>(x + e) * fetch<T>(k.scale + l) - fetch<T>(k.shift + l);
      const T z = fetch<T>(k.gamma + l) * normalised + fetch<T>(k.beta + l);
      if constexpr (std::is_same_v<T, Real> || vectorised<activation, Real>)
        put(y + e, value_of<activation>(z, j.fused_scalars));
      else
        for (int q = 0; q < width<Real>; ++q) y[e + q] = value_of<activation>(z.get(q), j.fused_scalars);
    });
  });
}

/// dz = dy·slope(z); dγ += Σ dz·x̂, dβ += Σ dz; dx = γ/√(σ²+ε)·(dz − mean(dz) − x̂·mean(dz·x̂)).
template <class Arch, class Fused, class Real>
void batch_norm_backward(const job<Real>& j) {
  using activation = layer_or_identity<Fused>;
  static_assert(std::is_void_v<Fused> || vectorised<activation, Real> || std::is_same_v<Real, double>,
                "hepgan: an activation that runs inside a batch norm is written for vectors too");
  const tensor& t = j.what->x;
  const int channels = t.extent.channels, count = detail::blocks<Real>(t);
  const batch_statistics at(channels);
  const double n = double(j.batch) * t.extent.pixels();
  const auto slope = [&]<class T>(const detail::block_coefficients<Real>& k, const Real* x, const Real* dy, int l, T) {
    const T normalised = fetch<T>(x) * fetch<T>(k.scale + l) - fetch<T>(k.shift + l);
    const T z = fetch<T>(k.gamma + l) * normalised + fetch<T>(k.beta + l);
    return std::pair{normalised, fetch<T>(dy) * slope_of<activation>(z, j.fused_scalars)};
  };
  // means of dz and dz·x̂ lie in the statistics' first spare block, and behind the sums in scratch
  Real* projected = j.scratch + std::int64_t(j.batch) * count * 2 * t.form.block;
  detail::two_sums(
      j,
      [&](std::int64_t event, int block, Real* first, Real* second) {
        const auto k = detail::coefficients(j, block);
        const std::int64_t from = detail::offset<Real>(t, event, block);
        detail::sum_block(t, first, second, [&]<class T>(int i, int l, T& a, T& b) {
          const auto [normalised, dz] = slope(k, j.x + from + i, j.dy + from + i, l, T{});
          a += dz, b += dz * normalised;
        });
      },
      [&](int c, double sum, double product) {
        if (j.gradient) j.gradient[c] += static_cast<Real>(product), j.gradient[channels + c] += static_cast<Real>(sum);
        projected[2 * c] = j.training ? static_cast<Real>(sum / n) : Real(0);
        projected[2 * c + 1] = j.training ? static_cast<Real>(product / n) : Real(0);
      });
  if (!j.dx) return;
  parallel_for(std::int64_t(j.batch) * count, [&](std::int64_t i) {
    const int block = static_cast<int>(i % count);
    const auto k = detail::coefficients(j, block);
    alignas(64) Real mean[16]{}, along[16]{};
    for (int l = 0, c = block * t.form.block; l < t.form.block && c < channels; ++l, ++c)
      mean[l] = projected[2 * c], along[l] = projected[2 * c + 1];
    const std::int64_t from = detail::offset<Real>(t, i / count, block);
    detail::over_block<Real>(t, [&](int e, int l, auto kind) {
      using T = decltype(kind);
      const auto [normalised, dz] = slope(k, j.x + from + e, j.dy + from + e, l, T{});
      put(j.dx + from + e,
          fetch<T>(k.gamma + l) * fetch<T>(k.scale + l) * (dz - fetch<T>(mean + l) - normalised * fetch<T>(along + l)));
    });
  });
}

template <class Arch, class Fused, class Real>
constexpr kernel_functions<Real> batch_norm_kernel() {
  return {.forward = &batch_norm_forward<Arch, Fused, Real>,
          .backward = &batch_norm_backward<Arch, Fused, Real>,
          .scratch = [](const op& o, int batch) -> std::int64_t {
            return std::int64_t(batch) * padded_channels(o.x.extent, o.x.form) * 2 + 2 * o.x.extent.channels;
          }};
}

}  // namespace hepgan::native
