// Windows 4×4 of stride 2 between planes and a stack: for each row of taps and each parity of columns a window of two
// taps g and stride 1 on numbers d. The stack's pixels y come in pairs, in the transform domain of Toom–Cook F(2, 2)
// along rows, y₀ = g₀(d₀−d₁) + (g₀+g₁)d₁ and y₁ = (g₀+g₁)d₁ − g₁(d₁−d₂), three products instead of four. The planes'
// numbers are scalars, d₀−d₁ of all of them a second frame, so that nothing but a few sums is added to products.
#pragma once
#include <hepgan/backend/native/plane.hpp>
#include <hepgan/backend/native/register_tile.hpp>

namespace hepgan::native::detail {

/// Even widths of whole tiles, where registers hold that many sums: with half of them loads are the limit, and nothing
/// is won.
template <class Real, int Block>
constexpr bool takes_pixel_pairs(const plane_layer<Block>& k) {
  return k.side() == plane_side::four_by_two && width_for<arch::current, Real>(k.block) * sizeof(Real) == 64 &&
         !k.precise && k.planes <= few_channels && k.stack.width % 2 == 0 && k.stack.width >= 16;
}
/// What the compiler knows of it.
template <class V, plane_side Side>
inline constexpr bool may_take_pixel_pairs = V::registers == 32 && Side == plane_side::four_by_two;

/// All planes in frames, and behind these, of each number, its difference from the next of its parity.
template <class V, class Real, int Block>
void into_frames_with_differences(const plane_layer<Block>& k, const Real* planes, Real* frames) {
  into_frames<typename V::arch>(k, planes, frames);
  const int numbers = k.planes * k.frame();
  Real* const to = frames + numbers;
  int i = 0;
  for (; i + V::width + 2 <= numbers; i += V::width) V::store(to + i, V::load(frames + i) - V::load(frames + i + 2));
  for (; i + 2 < numbers; ++i) to[i] = frames[i] - frames[i + 2];
}

/// Where a pair's three scalars lie for a row of taps and a parity, `row` being the frame's from the pair's first pixel
/// on: d₀−d₁, d₁ and d₁−d₂.
template <class Real, int Block>
const Real* pair_scalar(const plane_layer<Block>& k, const Real* row, int parity, int product) {
  return (product == 1 ? row + 2 : row + k.planes * k.frame() + product) + parity;
}

/// stack = W ∗ planes for so many pairs × Vectors of channels from pixel (h, x); u: [plane][row of taps][parity]
/// [product][channel of the vectors].
template <class V, int Pairs, int Vectors, class Real, int Block>
void gather_pairs_tile(const plane_layer<Block>& k, const Real* frame, const Real* u, Real* stack, bool later, int c,
                       int h, int x) {
  register_tile<V, Pairs, Vectors> first, both, second;
  frame += 2 * h * k.frame_width + 2 * x;
  for (int plane = 0; plane < k.planes; ++plane, frame += k.frame()) {
    const Real* row = frame;
#pragma GCC unroll 1
    for (int kh = 0; kh < 4; ++kh, row += k.frame_width)
#pragma GCC unroll 2
      for (int parity = 0; parity < 2; ++parity, u += 3 * Vectors * V::width) {
        const auto add = [&](auto& sums, int i) __attribute__((always_inline)) {
          const Real* const from = pair_scalar(k, row, parity, i);
          sums.add_product([&](int p) { return from[4 * p]; }, [&](int v) { return u + (i * Vectors + v) * V::width; });
        };
        add(first, 0), add(both, 1), add(second, 2);
      }
  }
  const int block = k.block;
  const auto put = [&](auto store) {
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      Real* to = stack + k.at(c + v * V::width, h * k.stack.width + x);
#pragma GCC unroll 8
      for (int p = 0; p < Pairs; ++p, to += 2 * block)
        store(to, first.sum[p][v] + both.sum[p][v]), store(to + block, both.sum[p][v] + second.sum[p][v]);
    }
  };
  later ? put([](Real* p, auto v) { V::stream(p, v); }) : put([](Real* p, auto v) { V::store(p, v); });
}

/// w: [plane][padded tap][channels].
template <class V, class Real, int Block>
void gather_pairs(const plane_layer<Block>& k, const Real* frames, const Real* w, Real* stack, bool later) {
  over_channels<V>(k.channels, [&](auto vectors, int c) {
    constexpr int pixels = 16 / vectors;
    alignas(64) Real products[few_channels * 8 * 3 * vectors * V::width];
    Real* u = products;
    for (int n = 0; n < 8 * k.planes; ++n)
      for (int i = 0; i < 3; ++i)
        for (int v = 0; v < vectors; ++v, u += V::width) {
          const Real* const tap = w + n / 8 * k.packed() + (n % 8 / 2 * 4 + n % 2) * k.channels + c + v * V::width;
          const auto g0 = V::load(tap), g1 = V::load(tap + 2 * k.channels);
          V::store(u, i == 0 ? g0 : i == 1 ? g0 + g1 : V::all(0) - g1);
        }
    for (int h = 0; h < k.stack.height; ++h)
      for (int x = 0; x < k.stack.width; x += pixels)  // the last tile of a row may overlap the one before
        gather_pairs_tile<V, pixels / 2, vectors>(k, frames, products, stack, later, c, h,
                                                  (std::min)(x, k.stack.width - pixels));
  });
  if (later) V::settle();
}

/// The weights' gradient of one plane: Rows of taps from kh × Vectors of channels; dw: [tap][channels].
template <class V, int Rows, int Vectors, class Real, int Block>
void pair_sums_tile(const plane_layer<Block>& k, const Real* frame, const Real* stack, Real* dw, int c, int kh) {
  register_tile<V, 2 * Rows, Vectors> first, both, second;
  frame += kh * k.frame_width;
  const int block = k.block, width = k.frame_width;
  for (int h = 0; h < k.stack.height; ++h, frame += 2 * width) {
    const Real* from[Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) from[v] = stack + k.at(c + v * V::width, h * k.stack.width);
    const Real* pixels = frame;
#pragma GCC unroll 1
    for (int x = 0; x < k.stack.width; x += 2, pixels += 4) {
      typename V::type y0[Vectors], y1[Vectors], sum[Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) {
        ask_for_pixels<2>(from[v], block);
        y0[v] = V::load(from[v]), y1[v] = V::load(from[v] + block), sum[v] = y0[v] + y1[v];
        from[v] += 2 * block;
      }
      const auto add = [&](auto& sums, const auto& y, int i) __attribute__((always_inline)) {
#pragma GCC unroll 8
        for (int r = 0; r < 2 * Rows; ++r) {
          auto scalar = V::all(*pair_scalar(k, pixels + r / 2 * width, r % 2, i));
          if constexpr (Vectors == 2) V::keep(scalar);  // read once
#pragma GCC unroll 2
          for (int v = 0; v < Vectors; ++v) sums.sum[r][v] = V::fma(scalar, y[v], sums.sum[r][v]);
        }
      };
      add(first, y0, 0), add(both, sum, 1), add(second, y1, 2);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < 2 * Rows; ++r)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) {
      Real* const to = dw + ((kh + r / 2) * 4 + r % 2) * k.channels + c + v * V::width;
      V::store(to, first.sum[r][v] + both.sum[r][v]);
      V::store(to + 2 * k.channels, both.sum[r][v] - second.sum[r][v]);
    }
}
template <class V, class Real, int Block>
void pair_sums(const plane_layer<Block>& k, const Real* frame, const Real* stack, Real* dw) {
  over_channels<V>(k.channels, [&](auto vectors, int c) {
    constexpr int rows = 4 / vectors;
    for (int kh = 0; kh < 4; kh += rows) pair_sums_tile<V, rows, vectors>(k, frame, stack, dw, c, kh);
  });
}

}  // namespace hepgan::native::detail
