// Convolutions between planes (few channels, plain) and a stack of channels in any layout: sizes and frames.
#pragma once
#include <algorithm>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/simd.hpp>

namespace hepgan::native {

/// Which side of its windows the planes are. `same`: windows are single pixels. `large`, as in a critic's first and a
/// generator's last layer: each is then copied into a frame with zeros around it, so that no loop knows borders;
/// `four_by_two` is that with kernel 4 and stride 2.
enum class plane_side { any, same, small, large, four_by_two };

namespace detail {

/// Numbers in a channel block; 0: known at run time only. With a constant, where the numbers of neighbouring pixels lie
/// is part of the instructions, while registers would not suffice.
template <int Block>
struct channel_block {
  static constexpr int block = Block;
  constexpr explicit channel_block(int) {}
};
template <>
struct channel_block<0> {
  int block;
  constexpr explicit channel_block(int b) : block(b) {}
};

/// Sizes of such a layer.
template <int Block>
struct plane_layer : channel_block<Block> {
  using channel_block<Block>::block;
  shape plane, stack;  ///< the planes' size, all being one shape of so many channels
  geometry geo;
  bool wide;     ///< the planes are the large side
  bool precise;  ///< all products are summed directly
  int planes, channels, taps, taps_padded, frame_height, frame_width;

  constexpr explicit plane_layer(const op& o)
      : channel_block<Block>((std::max)(o.x.form.block, o.y.form.block)),
        geo(o.geo),
        wide(sides_of(o).large.extent.channels <= sides_of(o).small.extent.channels),
        precise(o.precise) {
    const auto [small, large, transposed] = sides_of(o);
    const tensor& s = wide ? small : large;
    plane = wide ? large.extent : small.extent, stack = s.extent, planes = plane.channels;
    channels = padded_channels(s.extent, s.form), taps = geo.kernel[0] * geo.kernel[1];
    taps_padded = round_up(taps);
    frame_height = frame_width = 0;
    if (!has_frame()) return;
    frame_height = (std::max)((stack.height - 1) * geo.stride[0] + geo.kernel[0], plane.height + geo.pad[0]);
    frame_width = (std::max)((stack.width - 1) * geo.stride[1] + geo.kernel[1], plane.width + geo.pad[1]);
  }
  constexpr bool has_frame() const { return side() != plane_side::same && side() != plane_side::small; }
  constexpr int frame() const { return round_up(frame_height * frame_width); }
  constexpr int stack_size() const { return channels * stack.pixels(); }
  /// Of one plane, and of all.
  constexpr int weights() const { return taps * channels; }
  constexpr int sums() const { return planes * weights(); }
  constexpr int packed() const { return taps_padded * channels; }
  /// Where a weight of a channel and of the first plane lies in canonical order, and how far those of the others are.
  constexpr int canonical(int channel) const { return channel * taps * (wide ? planes : 1); }
  constexpr int canonical_plane() const { return taps * (wide ? 1 : stack.channels); }
  /// Position of (channel c, pixel p) in the stack, c a multiple of a vector.
  constexpr int at(int c, int p) const { return (c / block * stack.pixels() + p) * block + c % block; }
  constexpr plane_side side() const {
    if (geo.kernel == std::array{1, 1} && geo.stride == std::array{1, 1} && geo.pad == std::array{0, 0})
      return plane_side::same;
    if (!wide) return plane_side::small;
    return geo.kernel == std::array{4, 4} && geo.stride == std::array{2, 2} ? plane_side::four_by_two
                                                                            : plane_side::large;
  }
};

template <plane_side Side>
using side_constant = std::integral_constant<plane_side, Side>;

/// f(a constant side): the one known to the compiler, or each.
template <plane_side Known, class F>
void with_side(plane_side side, F f) {
  if constexpr (Known != plane_side::any)
    f(side_constant<Known>{});
  else if (side == plane_side::same)
    f(side_constant<plane_side::same>{});
  else if (side == plane_side::small)
    f(side_constant<plane_side::small>{});
  else if (side == plane_side::large)
    f(side_constant<plane_side::large>{});
  else
    f(side_constant<plane_side::four_by_two>{});
}

/// All planes, each into a frame of its own.
template <class Arch, class Real, int Block>
void into_frames(const plane_layer<Block>& k, const Real* plane, Real* frame) {
  for (int p = 0; p < k.planes; ++p, frame += k.frame()) {
    std::fill_n(frame, k.frame(), Real(0));
    for (int h = 0; h < k.plane.height; ++h, plane += k.plane.width)
      std::copy_n(plane, k.plane.width, frame + (h + k.geo.pad[0]) * k.frame_width + k.geo.pad[1]);
  }
}

/// So many pixels of a block come to the first cache, from a few tiles ahead: those of all blocks are read side by
/// side, more streams of memory than a CPU follows by itself.
template <int Pixels, class Real>
void ask_for_pixels(const Real* from, int block) {
  constexpr int ahead = 32, line = 64 / sizeof(Real);
#pragma GCC unroll 16
  for (int i = 0; i < Pixels * block; i += line) __builtin_prefetch(from + ahead * block + i);
}

/// f(constant number of vectors, first channel): two vectors of channels at a time, then one.
template <class V, class F>
void over_channels(int channels, F f) {
  int c = 0;
  for (; c + 2 * V::width <= channels; c += 2 * V::width) f(std::integral_constant<int, 2>{}, c);
  for (; c < channels; c += V::width) f(std::integral_constant<int, 1>{}, c);
}

}  // namespace detail
}  // namespace hepgan::native
