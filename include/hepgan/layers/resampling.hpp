// Images made larger or smaller by whole factors without weights: nearest neighbours and averages of windows; and how
// either becomes one strided convolution with a 3×3 beside it.
#pragma once
#include <hepgan/backend/op.hpp>
#include <hepgan/core/error.hpp>
#include <hepgan/layers/kinds.hpp>
#include <span>

namespace hepgan {
namespace detail {

/// f(number of the small image, of the large one) for every pair of a window, channel by channel.
template <class F>
constexpr void window_pairs(shape small, int fh, int fw, F f) {
  for (int c = 0, s = 0; c < small.channels; ++c)
    for (int h = 0; h < small.height; ++h)
      for (int w = 0; w < small.width; ++w, ++s)
        for (int i = 0; i < fh; ++i)
          for (int k = 0; k < fw; ++k) f(s, ((c * small.height + h) * fh + i) * small.width * fw + w * fw + k);
}

}  // namespace detail

/// Every pixel repeated, FH times along η and FW times along φ.
template <int FH, int FW = FH>
struct nearest_up : linear_map {
  static_assert(FH > 0 && FW > 0, "hepgan: nearest_up enlarges by whole factors from 1 on");
  static constexpr const char* name = "nearest_up";
  static constexpr geometry geo{map_kind::nearest_up, {1, 1}, {FH, FW}, {0, 0}};
  static constexpr shape output(shape in) { return {in.channels, in.height * FH, in.width * FW}; }
  static constexpr int weights(shape) { return 0; }
  static constexpr int fan_in(shape) { return 1; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    detail::window_pairs(in, FH, FW, [&](int small, int large) { f(-1, small, large); });
  }
};

/// The mean of each window of FH rows and FW columns, which divide the image.
template <int FH, int FW = FH>
struct average_pool : linear_map {
  static_assert(FH > 0 && FW > 0, "hepgan: average_pool reduces by whole factors from 1 on");
  static constexpr const char* name = "average_pool";
  static constexpr geometry geo{map_kind::average_pool, {1, 1}, {FH, FW}, {0, 0}};
  static constexpr double fixed_weight = 1.0 / (FH * FW);
  static constexpr shape output(shape in) {
    return in.height % FH || in.width % FW ? shape{} : shape{in.channels, in.height / FH, in.width / FW};
  }
  static constexpr int weights(shape) { return 0; }
  static constexpr int fan_in(shape) { return FH * FW; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    detail::window_pairs(output(in), FH, FW, [&](int small, int large) { f(-1, large, small); });
  }
};

namespace detail {

/// w4[tap] = Σ of the taps of w3 that lie at tap and at tap − 1, along either axis, times scale.
template <class Real, class From>
void sum_of_shifts(Real scale, From w3, Real* w4) {
  for (int h = 0; h < 4; ++h)
    for (int w = 0; w < 4; ++w) {
      Real sum = 0;
      for (int i = h - 1; i <= h; ++i)
        for (int k = w - 1; k <= w; ++k)
          if (i >= 0 && i < 3 && k >= 0 && k < 3) sum += w3(i, k);
      w4[h * 4 + w] = scale * sum;
    }
}

}  // namespace detail

/// The weights [in][out][4][4] of the transposed convolution, stride 2, pad 1, that equals nearest_up<2> followed by a
/// convolution 3×3, pad 1, with weights w3 [out][in][3][3] (Karras et al., arXiv:1710.10196, train such a layer).
template <class Real>
void fuse_nearest_up(int in, int out, std::span<const Real> w3, std::span<Real> w4) {
  expect_size("fuse_nearest_up: weights 3x3", w3.size(), std::size_t(in) * out * 9);
  expect_size("fuse_nearest_up: weights 4x4", w4.size(), std::size_t(in) * out * 16);
  for (int i = 0; i < in; ++i)
    for (int o = 0; o < out; ++o)
      detail::sum_of_shifts<Real>(
          1, [from = w3.data() + (o * in + i) * 9](int h, int w) { return from[(2 - h) * 3 + 2 - w]; },
          w4.data() + (i * out + o) * 16);
}

/// The weights [out][in][4][4] of the convolution, stride 2, pad 1, that equals a convolution 3×3, pad 1, with weights
/// w3 [out][in][3][3] followed by average_pool<2>.
template <class Real>
void fuse_average_pool(int in, int out, std::span<const Real> w3, std::span<Real> w4) {
  expect_size("fuse_average_pool: weights 3x3", w3.size(), std::size_t(in) * out * 9);
  expect_size("fuse_average_pool: weights 4x4", w4.size(), std::size_t(in) * out * 16);
  for (int pair = 0; pair < in * out; ++pair)
    detail::sum_of_shifts<Real>(
        Real(0.25), [from = w3.data() + pair * 9](int h, int w) { return from[h * 3 + w]; }, w4.data() + pair * 16);
}

}  // namespace hepgan
