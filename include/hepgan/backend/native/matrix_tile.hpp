// One tile of a product of whole matrices: some rows of a by a panel of b, in registers.
#pragma once
#include <hepgan/backend/native/matrix_vectors.hpp>
#include <hepgan/backend/native/products.hpp>

namespace hepgan::native::matrix_product {

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

/// A product with one column, of which each row's numbers are neighbours.
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

/// The same of any other columns, of numbers one by one.
template <class V, class Real>
void multiply_scalars(int rows, int columns, const strides& s, outcome to, const Real* a, const Real* b, Real* c) {
  using scalar = lanes<typename V::arch, Real, 1>;
  constexpr int most = 4;
  for (int r = to.skipped; r < rows;) {
    const int count = rows - r < most ? 1 : most;
    const auto multiply = count == 1 ? &product_tile<scalar, 1, 1, Real> : &product_tile<scalar, most, 1, Real>;
    for (int i = 0; i < columns; ++i) multiply(s, {to.added}, a + r * s.a_row, b + i, c + r * s.c_row + i, {});
    r += count;
  }
}

/// One tile of rows by the columns of a panel.
template <class V, int Rows, class Real>
void multiply_panel(const strides& s, outcome to, int width, const Real* a, const Real* b, Real* c) {
  if (width == 2 * V::width) return product_tile<V, Rows, 2>(s, to, a, b, c);
  if (width == 1 && s.a_step == 1) return multiply_column<V>(Rows, s, to, a, b, c);
  const int whole = width >= V::width ? V::width : 0;
  if (whole) product_tile<V, Rows, 1>(s, to, a, b, c);
  if (whole < width) multiply_scalars<V>(Rows, width - whole, s, to, a, b + whole, c + whole);
}

}  // namespace hepgan::native::matrix_product
