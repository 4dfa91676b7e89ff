// plane = Wᵀ · stack with kernel 4 and stride 2: for each pixel of the stack the sums of all taps, as a vector of taps
// (no sum across it), then added where they fall.
#pragma once
#include <hepgan/backend/native/plane.hpp>
#include <hepgan/backend/native/register_tile.hpp>

namespace hepgan::native::detail {

/// Vectors of taps for each of the pixels, summed over channels; value: [pixel][padded taps], wt: [channel][padded
/// taps].
template <class V, int Pixels, int Vectors, class Real, int Block>
void tap_tile(const plane_layer<Block>& k, const Real* stack, const Real* wt, int p, int taps_padded, Real* value) {
  register_tile<V, Pixels, Vectors> tile;
  const int block = k.block;
  for (int c = 0; c < k.channels; c += block) {
    const Real *from = stack + k.at(c, p), *weights = wt + std::int64_t(c) * taps_padded;
    ask_for_pixels<Pixels>(from, block);
#pragma GCC unroll 1
    for (int l = 0; l < block; ++l, ++from, weights += taps_padded)
      tile.add_product([&](int i) { return from[i * block]; }, [&](int v) { return weights + v * V::width; });
  }
  tile.store([&](int i, int v) { return value + i * taps_padded + v * V::width; });
}

/// The taps of a row of `count` pixels from pixel p: value[pixel][padded taps].
template <class Arch, class Real, int Block>
void row_taps(const plane_layer<Block>& k, const Real* stack, const Real* wt, int p, int count, Real* value) {
  using V = widest_lanes<Arch, Real>;
  constexpr int vectors = (std::max)(1, (std::min)(2, 16 / V::width));
  constexpr int pixels = V::registers == 32 ? 16 : vectors == 2 ? 4 : 8;
  for (int tap = 0; tap < k.taps_padded; tap += vectors * V::width) {
    int i = 0;
    for (; i + pixels <= count; i += pixels)
      tap_tile<V, pixels, vectors>(k, stack, wt + tap, p + i, k.taps_padded, value + i * k.taps_padded + tap);
    if (count >= pixels && i < count)  // overlaps the tile before
      tap_tile<V, pixels, vectors>(k, stack, wt + tap, p + count - pixels, k.taps_padded,
                                   value + (count - pixels) * k.taps_padded + tap),
          i = count;
    for (; i < count; ++i)
      tap_tile<V, 1, vectors>(k, stack, wt + tap, p + i, k.taps_padded, value + i * k.taps_padded + tap);
  }
}

/// Kernel 4, stride 2: tap (2a+i, 2b+j) lies at 8a + 4b + 2i + j, so that the four numbers of a 2×2 cell of the frame
/// are sums of four quadruples, of this pixel and of its neighbours above and to the left.
template <class Arch, class Real, int Block>
void scatter(const plane_layer<Block>& k, const Real* stack, const Real* wt, Real* frame, Real* plane) {
  using V = lanes<Arch, Real, std::is_same_v<Real, float> ? 4 : 1>;
  const int width = k.stack.width, size = (width + 2) * 16;  // each row of taps between two zero pixels
  Real* rows = frame + k.frame();
  std::fill_n(frame, k.frame() + 2 * size, Real(0));
  for (int h = 0; h <= k.stack.height; ++h) {
    Real *here = rows + h % 2 * size + 16, *above = rows + (h + 1) % 2 * size + 16;
    if (h < k.stack.height)
      row_taps<Arch>(k, stack, wt, h * width, width, here);
    else
      std::fill_n(here, width * 16, Real(0));
    Real* to = frame + 2 * h * k.frame_width;
    for (int p = 0; p <= width; ++p, to += 2, here += 16, above += 16) {
      alignas(16) Real cell[4];
      for (int i = 0; i < 4; i += V::width)
        V::store(cell + i,
                 (V::load(here + i) + V::load(here - 12 + i)) + (V::load(above + 8 + i) + V::load(above - 4 + i)));
      to[0] = cell[0], to[1] = cell[1];
      to[k.frame_width] = cell[2], to[k.frame_width + 1] = cell[3];
    }
  }
  for (int h = 0; h < k.plane.height; ++h)
    std::copy_n(frame + (h + k.geo.pad[0]) * k.frame_width + k.geo.pad[1], k.plane.width, plane + h * k.plane.width);
}

/// Numbers that `scatter` needs.
template <int Block>
constexpr int scatter_room(const plane_layer<Block>& k) {
  return k.frame() + 2 * (k.stack.width + 2) * 16;
}

/// Where a tap lies in a channel's row of transposed weights.
template <int Block>
constexpr int tap_position(const plane_layer<Block>& k, int kh, int kw) {
  return k.side() == plane_side::four_by_two ? kh / 2 * 8 + kw / 2 * 4 + kh % 2 * 2 + kw % 2
                                             : kh * k.geo.kernel[1] + kw;
}

}  // namespace hepgan::native::detail
