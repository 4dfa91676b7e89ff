// Wrapping padding, as two fixed linear maps, each the other's adjoint: circular_pad copies the far edge beside the
// near one; circular_fold adds what lies beyond an edge to the far side. φ of a whole detector is circular.
#pragma once
#include <array>
#include <hepgan/backend/op.hpp>
#include <hepgan/layers/kinds.hpp>

namespace hepgan {
namespace detail {

/// The paddings of those axes whose flag is `wanted`, 0 elsewhere.
constexpr std::array<int, 2> only(std::array<int, 2> pad, std::array<bool, 2> flag, bool wanted) {
  return {flag[0] == wanted ? pad[0] : 0, flag[1] == wanted ? pad[1] : 0};
}

/// f(pixel of the small image, pixel of the image that is larger by pad on every side) for each of the larger one's.
template <class F>
constexpr void wrapped_pixels(shape small, int ph, int pw, F f) {
  const int height = small.height + 2 * ph, width = small.width + 2 * pw;
  for (int h = 0; h < height; ++h)
    for (int w = 0; w < width; ++w) {
      const int sh = (h - ph + small.height) % small.height, sw = (w - pw + small.width) % small.width;
      f(sh * small.width + sw, h * width + w);
    }
}

}  // namespace detail

template <int PadH, int PadW>
struct circular_pad : linear_map {
  static constexpr const char* name = "circular_pad";
  static constexpr geometry geo{map_kind::circular_pad, {1, 1}, {1, 1}, {PadH, PadW}};
  static constexpr shape output(shape in) {
    if (PadH > in.height || PadW > in.width) return {};
    return {in.channels, in.height + 2 * PadH, in.width + 2 * PadW};
  }
  static constexpr int weights(shape) { return 0; }
  static constexpr int fan_in(shape) { return 1; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    const int large = output(in).pixels();
    for (int c = 0; c < in.channels; ++c)
      detail::wrapped_pixels(in, PadH, PadW, [&](int s, int l) { f(-1, c * in.pixels() + s, c * large + l); });
  }
};

template <int PadH, int PadW>
struct circular_fold : linear_map {
  static constexpr const char* name = "circular_fold";
  static constexpr geometry geo{map_kind::circular_fold, {1, 1}, {1, 1}, {PadH, PadW}};
  static constexpr shape output(shape in) {
    const int h = in.height - 2 * PadH, w = in.width - 2 * PadW;
    return h < PadH || w < PadW || h < 1 || w < 1 ? shape{} : shape{in.channels, h, w};
  }
  static constexpr int weights(shape) { return 0; }
  static constexpr int fan_in(shape) { return 1; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    const shape out = output(in);
    for (int c = 0; c < in.channels; ++c)
      detail::wrapped_pixels(out, PadH, PadW, [&](int s, int l) { f(-1, c * in.pixels() + l, c * out.pixels() + s); });
  }
};

}  // namespace hepgan
