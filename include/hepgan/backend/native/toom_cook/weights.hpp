// Weights into the transform domain, once per update, and their gradients back. Canonical weights lie [small channel]
// [large channel][4][4]; tap (2a+ph, 2b+pw) is tap (a, b) of parity (ph, pw).
#pragma once
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/backend/native/toom_cook/domain.hpp>
#include <hepgan/backend/native/toom_cook/products.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::toom_cook {

constexpr int taps_of_window = 16;

/// Taps of vectors of weights: [one channel][tap][the other side's channels].
template <class V>
struct taps_of_block {
  typename V::real value[V::width][taps_of_window][V::width];
};

/// Where channel `row` of one side meets a vector of the other side's channels, in panels of `depth` rows.
template <class V>
std::int64_t panel_index(int vector, int vectors, int row, int depth) {
  const int in_panel = 2 * (vector / 2) + 2 <= vectors ? 2 : 1;
  return (std::int64_t(vector / 2) * 2 * depth + row * in_panel + vector % 2) * V::width;
}

/// The taps of one parity at the points, each to its plane.
template <class V, class Real>
void store_at_points(const Real (&from)[taps_of_window][V::width], int parity, std::int64_t plane, Real* to) {
  square<V, 2> window;
#pragma GCC unroll 2
  for (int a = 0; a < taps; ++a)
#pragma GCC unroll 2
    for (int b = 0; b < taps; ++b) window[a][b] = V::load(from[(2 * a + parity / 2) * 4 + 2 * b + parity % 2]);
  const auto at = both_axes<V, 2, 5>(window, taps_at_points<V>);
#pragma GCC unroll 25
  for (int x = 0; x < products; ++x) V::store(to + x * plane, at[x / points][x % points]);
}

/// Both orders: panels of small channels by rows of V, then panels of rows of V by small channels.
template <class V, class Real>
void pack(const domain& d, const Real* canonical, Real* packed) {
  constexpr int width = V::width;
  const int small = d.small_vectors(), large = d.large_vectors();
  const std::int64_t plane = d.weight_plane();
  parallel_for(std::int64_t(small) * large, [&](std::int64_t task) {
    const int s = static_cast<int>(task) / large, l = static_cast<int>(task) % large;
    taps_of_block<V> by_large, by_small;
    for (int i = 0; i < width; ++i)
      for (int k = 0; k < width; ++k) {
        const Real* from =
            canonical + (std::int64_t(s * width + i) * d.large.channels + l * width + k) * taps_of_window;
        for (int tap = 0; tap < taps_of_window; ++tap)
          by_large.value[k][tap][i] = by_small.value[i][tap][k] = from[tap];
      }
    for (int p = 0; p < parities; ++p) {
      const int row = p * d.large.channels + l * width, vector = p * large + l;
      for (int k = 0; k < width; ++k)
        store_at_points<V>(by_large.value[k], p, plane, packed + panel_index<V>(s, small, row + k, d.depth()));
      Real* transposed = packed + products * plane;
      for (int i = 0; i < width; ++i)
        store_at_points<V>(by_small.value[i], p, plane,
                           transposed + panel_index<V>(vector, parities * large, s * width + i, d.small.channels));
    }
  });
}

/// Σ over tiles of the products of a vector of large channels and `Vectors` of small ones:
/// [point][parity, large channel][small channels].
template <class V, int Vectors>
struct weight_products {
  static constexpr int rows = parities * V::width, plane = rows * Vectors * V::width;
  alignas(64) typename V::real at[products * plane];
};

/// Gᵀ of them, added to the canonical gradient.
template <class V, int Vectors, class Real>
void add_taps(const domain& d, const weight_products<V, Vectors>& sums, int s, int l, Real* gradient) {
  constexpr int width = V::width;
  for (int v = 0; v < Vectors; ++v)
    for (int k = 0; k < width; ++k) {
      Real value[taps_of_window][width];
      for (int p = 0; p < parities; ++p) {
        square<V, 5> at;
#pragma GCC unroll 25
        for (int x = 0; x < products; ++x)
          at[x / points][x % points] = V::load(sums.at + x * sums.plane + ((p * width + k) * Vectors + v) * width);
        const auto window = both_axes<V, 5, 2>(at, taps_of<V>);
#pragma GCC unroll 2
        for (int a = 0; a < taps; ++a)
#pragma GCC unroll 2
          for (int b = 0; b < taps; ++b) V::store(value[(2 * a + p / 2) * 4 + 2 * b + p % 2], window[a][b]);
      }
      for (int i = 0; i < width; ++i) {
        Real* to = gradient + (std::int64_t((s + v) * width + i) * d.large.channels + l * width + k) * taps_of_window;
        for (int tap = 0; tap < taps_of_window; ++tap) to[tap] += value[tap][i];
      }
    }
}

}  // namespace hepgan::native::toom_cook
