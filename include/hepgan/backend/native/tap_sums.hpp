// dW = plane ⊗ stack of one event: vectors of channels, tiles of taps, all pixels summed in registers.
#pragma once
#include <hepgan/backend/native/plane.hpp>
#include <hepgan/backend/native/register_tile.hpp>

namespace hepgan::native::detail {

/// Rows × Columns taps from (kh, kw), × Vectors of channels; dw: [tap][channels].
template <class V, int Stride, int Rows, int Columns, int Vectors, class Real, int Block>
void tap_sums_tile(const plane_layer<Block>& k, const Real* frame, const Real* stack, Real* dw, int c, int kh, int kw) {
  register_tile<V, Rows * Columns, Vectors> tile;
  const int stride = Stride ? Stride : k.geo.stride[1], block = k.block;
  for (int h = 0; h < k.stack.height; ++h) {
    const Real* pixels = frame + (h * k.geo.stride[0] + kh) * k.frame_width + kw;
    const Real* from[Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) from[v] = stack + k.at(c + v * V::width, h * k.stack.width);
#pragma GCC unroll 2
    for (int x = 0; x < k.stack.width; ++x, pixels += stride) {
      tile.add_product([&](int tap) { return pixels[tap / Columns * k.frame_width + tap % Columns]; },
                       [&](int v) { return from[v]; });
#pragma GCC unroll 2
      for (auto& f : from) f += block;
    }
  }
  tile.store([&](int tap, int v) {
    return dw + ((kh + tap / Columns) * k.geo.kernel[1] + kw + tap % Columns) * k.channels + c + v * V::width;
  });
}

template <class V, int Stride, class Real, int Block>
void tap_sums(const plane_layer<Block>& k, const Real* frame, const Real* stack, Real* dw) {
  const int height = k.geo.kernel[0], width = k.geo.kernel[1];
  over_channels<V>(k.channels, [&](auto vectors, int c) {
    if constexpr (Stride > 0) {
      constexpr int rows = V::registers < 32 ? 1 : vectors == 1 ? 4 : 2;
      for (int kh = 0; kh < 4; kh += rows) tap_sums_tile<V, Stride, rows, 4, vectors>(k, frame, stack, dw, c, kh, 0);
    } else {
      for (int kh = 0; kh < height; ++kh)
        for (int kw = 0; kw < width;)
          if (const int rest = width - kw; rest == 3 || rest == 6)
            tap_sums_tile<V, Stride, 1, 3, vectors>(k, frame, stack, dw, c, kh, kw), kw += 3;
          else if (rest == 5)
            tap_sums_tile<V, Stride, 1, 5, vectors>(k, frame, stack, dw, c, kh, kw), kw += 5;
          else if (rest >= 4)
            tap_sums_tile<V, Stride, 1, 4, vectors>(k, frame, stack, dw, c, kh, kw), kw += 4;
          else
            tap_sums_tile<V, Stride, 1, 1, vectors>(k, frame, stack, dw, c, kh, kw), ++kw;
    }
  });
}

}  // namespace hepgan::native::detail
