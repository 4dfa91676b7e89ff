// Weights into the transform domain, once per update, and their gradients back. Canonical weights lie [small channel]
// [large channel][tap row][tap column]; with stride 2, tap (2a+ph, 2b+pw) is tap (a, b) of parity (ph, pw), or zero
// where the window ends before.
#pragma once
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/toom_cook/domain.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::toom_cook {

/// f(a, b, where it lies in its window) for the taps of a parity.
template <class T, class F>
void over_taps(int parity, F f) {
#pragma GCC unroll 3
  for (int a = 0; a < T::taps; ++a)
#pragma GCC unroll 3
    for (int b = 0; b < T::taps; ++b) {
      const int row = T::stride * a + parity / 2, column = T::stride * b + parity % 2;
      if (row < T::extent && column < T::extent) f(a, b, row * T::extent + column);
    }
}

/// The taps of one parity at the points, each to its plane.
template <class T, class V, class Real>
void store_at_points(const Real (&from)[T::window_taps][V::width], int parity, std::int64_t plane, Real* to) {
  square<V, T::taps> window;
  for (auto& row : window) row.fill(V::all(0));
  over_taps<T>(parity, [&](int a, int b, int tap) { window[a][b] = V::load(from[tap]); });
  const auto at = both_axes<V, T::taps, T::inputs>(window, [](const auto& g) { return T::template filter<V>(g); });
#pragma GCC unroll 36
  for (int x = 0; x < T::points; ++x) V::store(to + x * plane, at[x / T::inputs][x % T::inputs]);
}

/// For M = V·U panels of small channels by rows of V, for the way back (`to_small` false) panels of rows of V by small
/// channels.
template <class V, class Real, class T>
void pack_weights(const domain<T>& d, bool to_small, const Real* canonical, Real* packed) {
  constexpr int width = V::width;
  const int small = d.small_vectors(), large = d.large_vectors();
  const column_panels<V> forth{d.small.channels, T::parities * d.large.channels},
      back{T::parities * d.large.channels, d.small.channels};
  parallel_for(std::int64_t(small) * large, [&](std::int64_t task) {
    const int s = static_cast<int>(task) / large, l = static_cast<int>(task) % large;
    Real block[width][T::window_taps][width];  // [channel of the side that it comes from][tap][of the side it goes to]
    for (int i = 0; i < width; ++i)
      for (int k = 0; k < width; ++k) {
        const Real* from =
            canonical + (std::int64_t(s * width + i) * d.large.channels + l * width + k) * T::window_taps;
        const int row = to_small ? k : i, column = to_small ? i : k;
        for (int tap = 0; tap < T::window_taps; ++tap) block[row][tap][column] = from[tap];
      }
    for (int p = 0; p < T::parities; ++p)
      for (int row = 0; row < width; ++row)
        store_at_points<T, V>(block[row], p, d.weight_plane(),
                              packed + (to_small ? forth.packed_index(p * d.large.channels + l * width + row, s * width)
                                                 : back.packed_index(s * width + row, (p * large + l) * width)));
  });
}

/// Numbers of the sums below, for a panel of two vectors.
template <class T>
constexpr std::int64_t weight_sum_numbers(const domain<T>& d) {
  return std::int64_t(T::points) * T::parities * d.width * 2 * d.width;
}

/// From Σ over tiles V·M of one vector of large channels and a panel of small ones, [point][parity, large
/// channel][small channels], to gradients of taps, added to the canonical ones.
template <class V, class Real, class T>
void add_taps(const domain<T>& d, const Real* sums, int vectors, int small, int large, Real* gradient) {
  constexpr int width = V::width;
  const int plane = T::parities * width * vectors * width;
  for (int v = 0; v < vectors; ++v)
    for (int k = 0; k < width; ++k) {
      Real value[T::window_taps][width];
      for (int p = 0; p < T::parities; ++p) {
        square<V, T::inputs> at;
#pragma GCC unroll 36
        for (int x = 0; x < T::points; ++x)
          at[x / T::inputs][x % T::inputs] = V::load(sums + x * plane + ((p * width + k) * vectors + v) * width);
        const auto window =
            both_axes<V, T::inputs, T::taps>(at, [](const auto& p) { return T::template filter_adjoint<V>(p); });
        over_taps<T>(p, [&](int a, int b, int tap) { V::store(value[tap], window[a][b]); });
      }
      for (int i = 0; i < width; ++i) {
        Real* to =
            gradient + (std::int64_t((small + v) * width + i) * d.large.channels + large * width + k) * T::window_taps;
        for (int tap = 0; tap < T::window_taps; ++tap) to[tap] += value[tap][i];
      }
    }
}

}  // namespace hepgan::native::toom_cook
