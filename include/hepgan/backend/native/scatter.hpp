// plane = Wᵀ · stack with kernel 4 and stride 2: for each pixel of the stack the sums of all taps, as a vector of taps
// (no sum across it), then added where they fall.
#pragma once
#include <hepgan/backend/native/plane.hpp>
#include <hepgan/backend/native/register_tile.hpp>

namespace hepgan::native::detail {

template <int Block>
constexpr int cell_rows(const plane_layer<Block>& k) {
  return k.stack.height + 1;
}
/// Numbers that `scatter` needs.
template <int Block>
constexpr int scatter_room(const plane_layer<Block>& k) {
  return 2 * (k.stack.width + 2) * 16 + 2 * k.frame_width;
}

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

/// Kernel 4, stride 2: tap (2a+i, 2b+j) lies at 8a + 4b + 2i + j, so that the four numbers of a 2×2 cell are sums of
/// four quadruples, of this pixel and of its neighbours above and to the left. Rows [first, last) of the cells, of
/// which there is one more than the stack has rows: what they come to are two rows of the plane each, but for its
/// padding. The taps above the first are summed anew, so that no row depends on the division.
template <class Arch, class Real, int Block>
void scatter(const plane_layer<Block>& k, const Real* stack, const Real* wt, Real* room, Real* plane, int first,
             int last) {
  using V = lanes<Arch, Real, std::is_same_v<Real, float> ? 4 : 1>;
  const int width = k.stack.width, size = (width + 2) * 16;  // each row of taps between two zero pixels
  Real* const lines = room + 2 * size;
  std::fill_n(room, scatter_room(k), Real(0));
  const auto taps_of = [&](int h) { return room + (h & 1) * size + 16; };
  const auto sum_taps = [&](int h) {
    if (h >= 0 && h < k.stack.height)
      row_taps<Arch>(k, stack, wt, h * width, width, taps_of(h));
    else
      std::fill_n(taps_of(h), width * 16, Real(0));
  };
  sum_taps(first - 1);
  for (int h = first; h < last; ++h) {
    sum_taps(h);
    const Real *here = taps_of(h), *above = taps_of(h - 1);
    Real* to = lines;
    for (int p = 0; p <= width; ++p, to += 2, here += 16, above += 16) {
      alignas(16) Real cell[4];
      for (int i = 0; i < 4; i += V::width)
        V::store(cell + i,
                 (V::load(here + i) + V::load(here - 12 + i)) + (V::load(above + 8 + i) + V::load(above - 4 + i)));
      to[0] = cell[0], to[1] = cell[1];
      to[k.frame_width] = cell[2], to[k.frame_width + 1] = cell[3];
    }
    for (int i = 0; i < 2; ++i)
      if (const int row = 2 * h + i - k.geo.pad[0]; row >= 0 && row < k.plane.height)
        std::copy_n(lines + i * k.frame_width + k.geo.pad[1], k.plane.width, plane + row * k.plane.width);
  }
  if (const int row = 2 * last - k.geo.pad[0]; last == cell_rows(k) && row < k.plane.height)  // no window reaches these
    std::fill_n(plane + row * k.plane.width, (k.plane.height - row) * k.plane.width, Real(0));
}

/// Where a tap lies in a channel's row of transposed weights.
template <int Block>
constexpr int tap_position(const plane_layer<Block>& k, int kh, int kw) {
  return k.side() == plane_side::four_by_two ? kh / 2 * 8 + kw / 2 * 4 + kh % 2 * 2 + kw % 2
                                             : kh * k.geo.kernel[1] + kw;
}

}  // namespace hepgan::native::detail
