// stack = W ∗ plane: vectors of channels, tiles of pixels, all sums in registers; past the caches if it is read much
// later.
#pragma once
#include <hepgan/backend/native/plane.hpp>
#include <hepgan/backend/native/register_tile.hpp>

namespace hepgan::native::detail {

/// Pixels × Vectors sums over all planes and taps; w: [plane][padded tap][channels]. Stride 0: known at run time only.
template <class V, int Stride, int Pixels, int Vectors, class Real, int Block>
void gather_tile(const plane_layer<Block>& k, const Real* frame, const Real* w, Real* stack, bool later, int c, int h,
                 int x) {
  register_tile<V, Pixels, Vectors> tile;
  const int stride = Stride ? Stride : k.geo.stride[1], channels = k.channels;
  const int kernel_height = Stride ? 4 : k.geo.kernel[0], kernel_width = Stride ? 4 : k.geo.kernel[1];
  frame += h * k.geo.stride[0] * k.frame_width + x * stride, w += c;
  for (int plane = 0; plane < k.planes; ++plane, frame += k.frame(), w += k.packed()) {
    const Real *row = frame, *weights = w;
    for (int kh = 0; kh < kernel_height; ++kh, row += k.frame_width)
#pragma GCC unroll 4
      for (int kw = 0; kw < kernel_width; ++kw, weights += channels)
        tile.add_product([&](int p) { return row[kw + p * stride]; }, [&](int v) { return weights + v * V::width; });
  }
  Real* to[Vectors];
#pragma GCC unroll 2
  for (int v = 0; v < Vectors; ++v) to[v] = stack + k.at(c + v * V::width, h * k.stack.width + x);
  const int block = k.block;
  const auto at = [&](int p, int v) { return to[v] + p * block; };
  later ? tile.template store<true>(at) : tile.store(at);
}

template <class V, int Stride, class Real, int Block>
void gather(const plane_layer<Block>& k, const Real* frame, const Real* w, Real* stack, bool later) {
  constexpr int pixels = V::registers == 32 ? 8 : 4;
  over_channels<V>(k.channels, [&](auto vectors, int c) {
    for (int h = 0; h < k.stack.height; ++h)
      if (k.stack.width < pixels)
        for (int x = 0; x < k.stack.width; ++x) gather_tile<V, Stride, 1, vectors>(k, frame, w, stack, false, c, h, x);
      else  // the last tile of a row may overlap the one before
        for (int x = 0; x < k.stack.width; x += pixels)
          gather_tile<V, Stride, pixels, vectors>(k, frame, w, stack, later, c, h,
                                                  (std::min)(x, k.stack.width - pixels));
  });
  if (later) V::settle();
}

}  // namespace hepgan::native::detail
