// Weights into the transform domain, once per update, and their gradients back. Canonical weights lie [small channel]
// [large channel][tap row][tap column]; with stride 2, tap (2a+ph, 2b+pw) is tap (a, b) of parity (ph, pw), or zero
// where the window ends before.
#pragma once
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/toom_cook/domain.hpp>
#include <hepgan/backend/native/transpose.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::toom_cook {

/// Where tap (a, b) of a parity lies in its window; −1: the window ends before.
template <class T>
constexpr int tap_of(int parity, int a, int b) {
  const int row = T::stride * a + parity / 2, column = T::stride * b + parity % 2;
  return row < T::extent && column < T::extent ? row * T::extent + column : -1;
}

/// The taps of one parity at the points: put(column, line).
template <class T, class V, class Real, class Put>
[[gnu::always_inline]] inline void at_points(const Real (&from)[T::window_taps][V::width], int parity, Put put) {
  const auto row = [&](int a) {
    line<V, T::taps> taps;
#pragma GCC unroll 3
    for (int b = 0; b < T::taps; ++b) {
      const int tap = tap_of<T>(parity, a, b);
      taps[b] = tap >= 0 ? V::load(from[tap]) : V::all(0);
    }
    return taps;
  };
  both_axes<V, T::taps, T::inputs>(
      row, [](const auto& g) { return T::template filter<V>(g); }, put);
}

/// Those of as many channels as products have factors in a place, each point to its plane: past the caches, since all
/// planes are more than they hold.
template <class T, class F, class Real>
void store_at_points(const Real (*from)[T::window_taps][F::width], int parity, std::int64_t plane, Real* to) {
  using V = typename F::floats;
  const auto transform = [&](const auto& taps, Real* points, std::int64_t apart, auto store) {
    at_points<T, V>(taps, parity, [&](int column, const auto& at) {
#pragma GCC unroll 6
      for (int i = 0; i < T::inputs; ++i) store(points + (i * T::inputs + column) * apart, at[i]);
    });
  };
  if constexpr (F::factors == 1) {
    transform(*from, to, plane, [](Real* point, auto v) { V::stream(point, v); });
  } else {
    alignas(64) Real pair[2][T::points * V::width];
    for (int k = 0; k < 2; ++k) transform(from[k], pair[k], V::width, [](Real* point, auto v) { V::store(point, v); });
    for (int x = 0; x < T::points; ++x, to += plane)
      V::stream(to, F::pair(V::load(pair[0] + x * V::width), V::load(pair[1] + x * V::width)));
  }
}

/// A vector of small channels by one of large ones in canonical weights: rows and [channel][tap] that are no padding.
struct part_of_weights {
  int rows, columns;
  std::int64_t begin;
  part_of_weights(const domain& d, int small, int large)
      : rows(std::clamp(d.small_channels - small, 0, d.width)),
        columns(std::clamp(d.large_channels - large, 0, d.width) * d.window_taps),
        begin(small * d.weights_of_row() + std::int64_t(large) * d.window_taps) {}
  bool whole(const domain& d) const { return rows == d.width && columns == d.width * d.window_taps; }
};

/// `packed` begins a line of the cache. For M = V·U panels of small channels by rows of V, for the way back (`to_small`
/// false) panels of rows of V by small channels.
template <class F, class T, class Real>
void pack_weights(const domain& d, bool to_small, const Real* canonical, Real* packed) {
  using V = typename F::floats;
  constexpr int width = V::width, taps = T::window_taps, factors = F::factors;
  const int small = d.small_vectors(), large = d.large_vectors();
  const column_panels<V> forth{d.small.channels, T::parities * d.large.channels / factors},
      back{T::parities * d.large.channels, d.small.channels / factors};
  parallel_for(std::int64_t(small) * large, [&](std::int64_t task) {
    const int s = static_cast<int>(task) / large, l = static_cast<int>(task) % large;
    // [large channel][tap][small channel], or, for the way back, with both channels in the other's place
    alignas(64) Real block[width][taps][width], other[width][taps][width];
    const part_of_weights part(d, s * width, l * width);
    constexpr putting<false, Real> put;
    if (!part.whole(d)) std::fill_n(&block[0][0][0], taps * width * width, Real(0));
    transpose<V>(
        part.rows, part.columns, true, canonical + part.begin, d.weights_of_row(),
        [&](int column, int row) { return &block[0][0][0] + column * width + row; }, put);
    if (!to_small)
      for (int tap = 0; tap < taps; ++tap)
        transpose_square<V>(block[0][tap], taps * width, other[0][tap], 2 * taps * width, taps * width, put);
    for (int p = 0; p < T::parities; ++p)
      for (int i = 0; i < width; i += factors)
        store_at_points<T, F>(
            (to_small ? block : other) + i, p, d.weight_plane(),
            packed + (to_small ? forth.packed_index((p * d.large.channels + l * width + i) / factors, s * width)
                               : back.packed_index((s * width + i) / factors, (p * large + l) * width)));
    V::settle();
  });
}

/// Numbers of the sums below, for a panel of two vectors.
constexpr std::int64_t weight_sum_numbers(const domain& d) {
  return std::int64_t(d.points) * d.parities * d.width * 2 * d.width;
}

/// From Σ over tiles V·M of one vector of large channels and a panel of small ones, [parity, large channel][vector of
/// small channels][point][small channel], to gradients of taps, added to the canonical ones.
template <class V, class T, class Real>
void add_taps(const domain& d, const Real* sums, int vectors, int small, int large, Real* gradient) {
  constexpr int width = V::width, taps = T::window_taps;
  for (int v = 0; v < vectors; ++v) {
    alignas(64) Real block[width][taps][width];  // [large channel][tap][small channel]
    for (int k = 0; k < width; ++k)
      for (int p = 0; p < T::parities; ++p) {
        const Real* const from = sums + ((p * width + k) * vectors + v) * T::points * width;
        both_axes<V, T::inputs, T::taps>([&](int i) { return row_at_points<V, T>(from, i, width); },
                                         [](const auto& p) { return T::template filter_adjoint<V>(p); },
                                         [&](int b, const auto& window) {
#pragma GCC unroll 3
                                           for (int a = 0; a < T::taps; ++a)
                                             if (const int tap = tap_of<T>(p, a, b); tap >= 0)
                                               V::store(block[k][tap], window[a]);
                                         });
      }
    const part_of_weights part(d, (small + v) * width, large * width);
    transpose<V>(
        part.columns, part.rows, true, &block[0][0][0], width,
        [&](int row, int column) { return gradient + part.begin + row * d.weights_of_row() + column; },
        putting<true, Real>{});
  }
}

}  // namespace hepgan::native::toom_cook
