// Products with vectors, which read or write one matrix, once: they go as it lies.
#pragma once
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/core/parallel.hpp>
#include <type_traits>

namespace hepgan::native::matrix_product {

/// Σ a·b over contiguous numbers, for so many rows of a: each sum in the same order, whatever their number.
template <class V, int Rows, class Real>
[[gnu::always_inline]] inline void dots(int n, const Real* a, std::int64_t row, const Real* b, Real* sums) {
  typename V::type s[Rows][4];
#pragma GCC unroll 16
  for (auto& of_row : s)
#pragma GCC unroll 4
    for (auto& each : of_row) each = V::all(0);
  int i = 0;
  for (; i + 4 * V::width <= n; i += 4 * V::width)
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
      auto factor = V::load(b + i + k * V::width);
      if constexpr (Rows > 1) V::keep(factor);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) s[r][k] = V::fma(V::load(a + r * row + i + k * V::width), factor, s[r][k]);
    }
#pragma GCC unroll 16
  for (int r = 0; r < Rows; ++r) sums[r] = V::sum((s[r][0] + s[r][1]) + (s[r][2] + s[r][3]));
  for (; i < n; ++i)
    for (int r = 0; r < Rows; ++r) sums[r] += a[r * row + i] * b[i];
}
template <class V, class Real>
Real dot(int n, const Real* a, const Real* b) {
  Real sum;
  dots<V, 1>(n, a, 0, b, &sum);
  return sum;
}

/// sums = or += Σ factor · numbers of some events, each of them at its own distance.
template <class V, int Events, class Real>
void add_events(int n, bool added, const Real* factor, std::int64_t next, const Real* from, std::int64_t event,
                Real* sums) {
  const Real* row[Events];
  typename V::type factors[Events];
#pragma GCC unroll 8
  for (int e = 0; e < Events; ++e) row[e] = from + e * event, factors[e] = V::all(factor[e * next]);
  const auto sum = [&]<int Vectors>(std::integral_constant<int, Vectors>, int at) {
    typename V::type s[Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) s[v] = added ? V::load(sums + at + v * V::width) : V::all(0);
#pragma GCC unroll 8
    for (int e = 0; e < Events; ++e)
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) s[v] = V::fma(factors[e], V::load(row[e] + at + v * V::width), s[v]);
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; ++v) V::store(sums + at + v * V::width, s[v]);
  };
  int i = 0;
  for (; i + 2 * V::width <= n; i += 2 * V::width) sum(std::integral_constant<int, 2>{}, i);
  for (; i + V::width <= n; i += V::width) sum(std::integral_constant<int, 1>{}, i);
  for (; i < n; ++i) {
    Real s = added ? sums[i] : Real(0);
    for (int e = 0; e < Events; ++e) s += factor[e * next] * from[e * event + i];
    sums[i] = s;
  }
}
/// sums = Σ factor · numbers of all events, a piece of them at a time.
template <class V, class Real>
void weighted_sum(int events, int n, bool added, const Real* factors, std::int64_t next, const Real* numbers,
                  std::int64_t event, Real* sums) {
  constexpr int piece = 2048, together = 8;
  parallel_for((n + piece - 1) / piece, [&](std::int64_t p) {
    const std::int64_t begin = p * piece;
    const int count = static_cast<int>((std::min<std::int64_t>)(piece, n - begin));
    int e = 0;
    for (; e + together <= events; e += together)
      add_events<V, together>(count, added || e > 0, factors + e * next, next, numbers + e * event + begin, event,
                              sums + begin);
    for (; e < events; ++e)
      add_events<V, 1>(count, added || e > 0, factors + e * next, next, numbers + e * event + begin, event,
                       sums + begin);
  });
}

/// c [rows][columns] = a·bᵀ of two vectors, or added to c: row after row, as memory likes it.
template <class V, class Real>
void multiply_vectors(int rows, int columns, const Real* a, std::int64_t next, const Real* b, Real* c, bool added) {
  constexpr int piece = 4096;
  const int pieces = (columns + piece - 1) / piece;
  parallel_for(pieces, [&](std::int64_t p) {
    const std::int64_t first = p * piece;
    const int count = static_cast<int>((std::min<std::int64_t>)(piece, columns - first));
    for (std::int64_t r = 0; r < rows; ++r)
      add_events<V, 1>(count, added, a + r * next, 0, b + first, 0, c + r * columns + first);
  });
}

}  // namespace hepgan::native::matrix_product
