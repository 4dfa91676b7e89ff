// Matrices are transposed by squares in registers.
#pragma once
#include <array>
#include <hepgan/backend/native/shuffles.hpp>

namespace hepgan::native {

/// How numbers are put: in place of others, or added to them, so many times.
template <bool Added, class Real>
struct putting {
  Real factor = 1;
  template <class L, class Vector>
  Vector sum(L, const Real* to, Vector v) const {
    return Added ? L::fma(L::all(factor), v, L::load(to)) : v;
  }
  template <class L, class Vector>
  void operator()(L lanes, Real* to, Vector v) const {
    L::store(to, sum(lanes, to, v));
  }
};

/// A square: its columns lie in pairs, the second of each so far from the first. All are read before one is written:
/// they are often a power of two apart, and a CPU takes them for one another.
template <class V, bool Added, class Real>
[[gnu::noinline]] void transpose_square(const Real* from, std::int64_t row, Real* to, std::int64_t pair,
                                        std::int64_t second, putting<Added, Real> put) {
  constexpr int n = V::width;
  std::array<typename V::type, n> square;
#pragma GCC unroll 16
  for (int i = 0; i < n; ++i, from += row) square[i] = V::load(from);
  transpose_rows<V>(square);
  const auto at = [&](int i) { return to + i / 2 * pair + i % 2 * second; };
#pragma GCC unroll 16
  for (int i = 0; i < n; ++i) square[i] = put.sum(V{}, at(i), square[i]);
#pragma GCC unroll 16
  for (int i = 0; i < n; ++i) V::store(at(i), square[i]);
}

/// Columns of a matrix of such rows, to at(column, row), in panels or not: by squares, and what is over one by one.
/// Without `whole_vectors` all comes so: they would lie across what is put.
template <class V, bool Added, class Real, class At>
void transpose(int rows, int columns, bool whole_vectors, const Real* from, std::int64_t row, At at,
               putting<Added, Real> put) {
  constexpr int n = V::width;
  const int below = whole_vectors ? rows / n * n : 0, beside = columns / n * n;
  for (int r = 0; r < below; r += n)
    for (int c = 0; c < beside; c += n) {
      Real* const to = at(c, r);
      transpose_square<V>(from + r * row + c, row, to, n > 1 ? at(c + 2, r) - to : 0, n > 1 ? at(c + 1, r) - to : 0,
                          put);
    }
  for (int r = 0; r < rows; ++r)
    for (int c = r < below ? beside : 0; c < columns; ++c)
      put(lanes<typename V::arch, Real, 1>{}, at(c, r), from[r * row + c]);
}

}  // namespace hepgan::native
