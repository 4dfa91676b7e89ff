// Y = X·Wᵀ, dX = dY·W and dW = dYᵀ·X (product_order.hpp), each divided into tiles of registers among threads: no sum is
// divided, so results do not depend on their number.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/product_order.hpp>

namespace hepgan::native {
namespace matrix_product {

/// a(row, step) = data[row · row_stride + step · step_stride].
template <class Real>
struct left {
  const Real* data;
  std::int64_t row_stride, step_stride;
};

/// Numbers of a's tiles. Its rows are often a power of two apart, and would meet in few sets of a cache: tiles of a
/// product wide enough to pay for it are copied, [tile][step][row].
template <class V>
constexpr std::int64_t tile_numbers(int rows, int steps) {
  const row_tiles<V> t(rows);
  return std::int64_t(t.before(t.count())) * steps;
}
template <class V, class Real>
void copy_tiles(const row_tiles<V>& tiles, int steps, const left<Real>& a, Real* to) {
  parallel_for(tiles.count(), [&](std::int64_t t) {
    const int tile = static_cast<int>(t), height = tiles.height_of(tile);
    const Real* from = a.data + tiles.first(tile) * a.row_stride;
    Real* into = to + std::int64_t(tiles.before(tile)) * steps;
    for (int s = 0; s < steps; ++s, from += a.step_stride)
      for (int r = 0; r < height; ++r) *into++ = from[r * a.row_stride];
  });
}

/// b [step][column] to its panels.
template <class V, class Real>
void copy_panels(const column_panels<V>& panels, const Real* b, Real* to) {
  parallel_for(panels.count(), [&](std::int64_t p) {
    const int panel = static_cast<int>(p), column = panels.first(panel), width = panels.width(panel);
    Real* into = to + panels.packed_index(0, column);
    for (int s = 0; s < panels.steps; ++s, into += width)
      std::copy_n(b + std::int64_t(s) * panels.columns + column, width, into);
  });
}

/// Σ a·b over contiguous numbers.
template <class V, class Real>
Real dot(int n, const Real* a, const Real* b) {
  auto s0 = V::all(0), s1 = s0, s2 = s0, s3 = s0;
  int i = 0;
  for (; i + 4 * V::width <= n; i += 4 * V::width) {
    s0 = V::fma(V::load(a + i), V::load(b + i), s0);
    s1 = V::fma(V::load(a + i + V::width), V::load(b + i + V::width), s1);
    s2 = V::fma(V::load(a + i + 2 * V::width), V::load(b + i + 2 * V::width), s2);
    s3 = V::fma(V::load(a + i + 3 * V::width), V::load(b + i + 3 * V::width), s3);
  }
  Real sum = V::sum((s0 + s1) + (s2 + s3));
  for (; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

/// One tile of rows by the columns of a panel, of which those that fill no vector come singly.
template <class V, int Rows, class Real>
void multiply_panel(const strides& s, int width, const Real* a, const Real* b, Real* c) {
  if (width == 2 * V::width) return product_tile<V, Rows, 2>(s, a, b, c);
  if (width == 1 && s.a_step == 1) {
    for (int r = 0; r < Rows; ++r) c[r * s.c_row] = dot<V>(s.steps, a + r * s.a_row, b);
    return;
  }
  int column = 0;
  if (width >= V::width) product_tile<V, Rows, 1>(s, a, b, c), column = V::width;
  for (; column < width; ++column)
    product_tile<lanes<typename V::arch, Real, 1>, Rows, 1>(s, a, b + column, c + column);
}

/// c [rows][columns] = a·b, b being packed in panels. `tiles_of_a`: room for `tile_numbers`.
template <class V, class Real>
void multiply(int rows, int columns, int steps, left<Real> a, const Real* b, Real* c, Real* tiles_of_a) {
  const row_tiles<V> tiles(rows);
  const column_panels<V> panels{columns, steps};
  const bool copied = panels.count() > 4 && rows >= tiles.some;
  if (copied) copy_tiles<V>(tiles, steps, a, tiles_of_a);
  // the last of a panel's tasks also has the tile that overlaps its own
  const int whole = tiles.before(tiles.count()) > rows ? tiles.count() - 1 : tiles.count();
  parallel_for(std::int64_t(panels.count()) * whole, [&](std::int64_t task) {
    const int panel = static_cast<int>(task / whole), number = static_cast<int>(task % whole);
    const int column = panels.first(panel), width = panels.width(panel);
    for (int tile = number; tile < (number + 1 == whole ? tiles.count() : number + 1); ++tile) {
      const strides s{.blocks = 1,
                      .steps = steps,
                      .a_block = 0,
                      .a_step = copied ? tiles.height_of(tile) : a.step_stride,
                      .a_row = copied ? 1 : a.row_stride,
                      .b_step = width,
                      .b_vector = V::width,
                      .c_row = columns,
                      .c_vector = V::width};
      const int first = tiles.first(tile);
      tiles.with_height(tile, [](auto height) { return &multiply_panel<V, height, Real>; })(
          s, width, copied ? tiles_of_a + std::int64_t(tiles.before(tile)) * steps : a.data + first * a.row_stride,
          b + panels.packed_index(0, column), c + std::int64_t(first) * columns + column);
    }
  });
}

template <class V, class Real>
void forward(const job<Real>& j) {
  const int nx = j.what->x.stored(), ny = j.what->y.stored();
  multiply<V, Real>(j.batch, ny, nx, {j.x, nx, 1}, j.packed, j.y, j.scratch);
}

/// The scratch of a weight gradient: tiles of dY, panels of X, and the gradient in stored order.
template <class V, class Real>
void backward(const job<Real>& j) {
  const int nx = j.what->x.stored(), ny = j.what->y.stored();
  if (j.gradient) {
    Real *const panels = j.scratch + tile_numbers<V>(ny, j.batch), *const sums = panels + std::int64_t(j.batch) * nx;
    copy_panels<V>({nx, j.batch}, j.x, panels);
    multiply<V, Real>(ny, nx, j.batch, {j.dy, 1, ny}, panels, sums, j.scratch);
    for_each_product(*j.what, [&](std::int64_t to, int y, int x) { j.gradient[to] += sums[std::int64_t(y) * nx + x]; });
  }
  if (j.dx) multiply<V, Real>(j.batch, nx, ny, {j.dy, ny, 1}, j.packed, j.dx, j.scratch);
}

/// Panels of outputs, a row for each input; for the way back panels of inputs, a row for each output.
template <class V, class Real>
void pack(const op& o, pass p, const Real* canonical, Real* packed) {
  const int nx = o.x.stored(), ny = o.y.stored();
  std::fill_n(packed, std::int64_t(nx) * ny, Real(0));  // padding
  if (p == pass::forward)
    for_each_product(o, [&, panels = column_panels<V>{ny, nx}](std::int64_t from, int y, int x) {
      packed[panels.packed_index(x, y)] = canonical[from];
    });
  else
    for_each_product(o, [&, panels = column_panels<V>{nx, ny}](std::int64_t from, int y, int x) {
      packed[panels.packed_index(y, x)] = canonical[from];
    });
}

template <class V>
constexpr std::int64_t scratch(const op& o, const workload& w) {
  const int nx = o.x.stored(), ny = o.y.stored();
  const std::int64_t onward = tile_numbers<V>(w.batch, nx), back = tile_numbers<V>(w.batch, ny);
  const std::int64_t gradient = tile_numbers<V>(ny, w.batch) + std::int64_t(nx) * (w.batch + ny);
  return w.training ? (std::max)({onward, back, gradient}) : onward;
}

}  // namespace matrix_product

template <class Arch, class Real>
constexpr kernel_functions<Real> matrix_product_kernel() {
  using V = widest_lanes<Arch, Real>;
  return {.forward = &matrix_product::forward<V, Real>,
          .backward = &matrix_product::backward<V, Real>,
          .pack = &matrix_product::pack<V, Real>,
          .scratch = &matrix_product::scratch<V>,
          .describe = [](const void*) { return "product_tiles"; }};
}

}  // namespace hepgan::native
