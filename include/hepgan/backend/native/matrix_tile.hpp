// One tile of a product of whole matrices: some rows of a by a panel of b, in registers.
#pragma once
#include <hepgan/backend/native/matrix_vectors.hpp>
#include <hepgan/backend/native/products.hpp>

namespace hepgan::native::matrix_product {

/// What becomes of a tile's sums: its first rows may be another tile's, too, which writes them.
struct outcome {
  bool added;
  int skipped;
};

/// All but the first rows of a tile, from a copy.
template <class V, class Real>
[[gnu::noinline]] void put_rows(int rows, int width, outcome to, const Real* from, Real* c, std::int64_t c_row) {
  for (int r = to.skipped; r < rows; ++r)
    for (int i = 0; i < width; i += V::width) {
      Real* const at = c + r * c_row + i;
      V::store(at, to.added ? V::load(at) + V::load(from + r * width + i) : V::load(from + r * width + i));
    }
}

template <class V, int Rows, int Vectors, class Real>
void sum_tile(const strides& s, outcome to, const Real* a, const Real* b, Real* c) {
  register_tile<V, Rows, Vectors> tile;
  if (Vectors == 2 && s.a_row == 1) {  // a register for each row's distance would be too many
    strides contiguous = s;
    contiguous.a_row = 1;
    add_products(tile, contiguous, a, b);
  } else {
    add_products(tile, s, a, b);
  }
  if (to.skipped) {
    constexpr int width = Vectors * V::width;
    Real rows[Rows * width];
    tile.store([&](int r, int v) { return rows + r * width + v * V::width; });
    return put_rows<V>(Rows, width, to, rows, c, s.c_row);
  }
  const auto at = [&](int r, int v) { return c + r * s.c_row + v * V::width; };
  if (to.added) tile.add(at);
  tile.store(at);
}

/// One row by several panels of two vectors each, so far apart: the sums of two alone would wait for each other.
template <class V>
constexpr int panels_of_row = V::registers == 32 ? 2 : 4;
template <class V, class Real>
void sum_row(const strides& s, outcome to, const Real* a, const Real* b, std::int64_t apart, Real* c) {
  constexpr int n = panels_of_row<V>;
  register_tile<V, n, 2> tile;
#pragma GCC unroll 1
  for (int step = 0; step < s.steps; ++step, a += s.a_step, b += s.b_step) {
    const auto factor = V::all(*a);
#pragma GCC unroll 4
    for (int p = 0; p < n; ++p)
#pragma GCC unroll 2
      for (int v = 0; v < 2; ++v)
        tile.sum[p][v] = V::fma(factor, V::load(b + p * apart + v * V::width), tile.sum[p][v]);
  }
  const auto at = [&](int p, int v) { return c + (2 * p + v) * V::width; };
  if (to.added) tile.add(at);
  tile.store(at);
}

/// A product with one column.
template <class V, class Real>
void multiply_column(int rows, const strides& s, outcome to, const Real* a, const Real* b, Real* c) {
  constexpr int most = V::registers == 32 ? 4 : 2;
  for (int r = to.skipped; r < rows;) {
    Real sums[most];
    const int count = rows - r < most ? 1 : most;
    if (count == most)
      dots<V, most>(s.steps, a + r * s.a_row, s.a_row, b, sums);
    else
      dots<V, 1>(s.steps, a + r * s.a_row, s.a_row, b, sums);
    for (int i = 0; i < count; ++i, ++r) c[r * s.c_row] = to.added ? c[r * s.c_row] + sums[i] : sums[i];
  }
}

/// One tile of rows by the columns of a panel, of which those that fill no vector come singly.
template <class V, int Rows, class Real>
void multiply_panel(const strides& s, outcome to, int width, const Real* a, const Real* b, Real* c) {
  if (width == 2 * V::width) return sum_tile<V, Rows, 2>(s, to, a, b, c);
  if (width == 1 && s.a_step == 1) return multiply_column<V>(Rows, s, to, a, b, c);
  int column = 0;
  if (width >= V::width) sum_tile<V, Rows, 1>(s, to, a, b, c), column = V::width;
  for (; column < width; ++column)
    sum_tile<lanes<typename V::arch, Real, 1>, Rows, 1>(s, to, a, b + column, c + column);
}

}  // namespace hepgan::native::matrix_product
