// Images made larger or smaller by whole factors without weights: nearest neighbours and averages of windows. A factor
// of two beside a convolution 3×3 is computed with it (net/fuse.hpp).
#pragma once
#include <hepgan/backend/op.hpp>
#include <hepgan/layers/kinds.hpp>

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

}  // namespace hepgan
