// Products of whole matrices, C = A·B, divided into tiles of registers among threads: no sum is divided, so results do
// not depend on their number.
#pragma once
#include <hepgan/arch/layout.hpp>
#include <hepgan/backend/native/matrix_tile.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::matrix_product {

/// a(row, step) = data[row · row_stride + step · step_stride].
template <class Real>
struct left {
  const Real* data;
  std::int64_t row_stride, step_stride;
};

constexpr int together = 16;  ///< panels that a tile is multiplied with, one after the other

/// Numbers of a's tiles. Its rows are often a power of two apart, and would meet in few sets of a cache: tiles of a
/// product wide enough to pay for it are copied, [tile][step][row].
template <class V>
constexpr std::int64_t tile_numbers(const row_tiles<V>& tiles, int steps) {
  return round_up(std::int64_t(tiles.before(tiles.count())) * steps);
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

/// Tiles of a power of two of rows, if all can: for sums that are added, which are read too, and for rows that are not
/// copied, where the usual tiles have more of them than a first cache has ways for lines a power of two apart.
template <class V>
constexpr row_tiles<V> even_tiles(int rows) {
  return rows % row_tiles<V>::even == 0 ? row_tiles<V>(rows, row_tiles<V>::even) : row_tiles<V>(rows);
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

/// c = a·b or added to c, of these tasks: a tile of a by some panels of b. a's tiles may be copies, as above. Long sums
/// come in parts, that both factors may stay in a cache.
template <class V, class Real>
void multiply_tiles(const row_tiles<V>& tiles, const column_panels<V>& panels, const left<Real>& a, bool copied,
                    const Real* b, Real* c, std::int64_t c_row, bool added, std::int64_t begin, std::int64_t end) {
  const int steps = panels.steps, part = panels.columns == 1 ? steps : 1024;
  for (int step = 0; step < steps; step += part)
    for (std::int64_t task = begin; task < end; ++task) {
      const int group = static_cast<int>(task / tiles.count()), tile = static_cast<int>(task % tiles.count());
      const int first = tiles.first(tile), height = tiles.height_of(tile);
      const outcome to{added || step > 0, tile ? tiles.after(tile - 1) - first : 0};
      const std::int64_t a_step = copied ? height : a.step_stride, a_row = copied ? 1 : a.row_stride;
      const Real* from = a.data + (copied ? std::int64_t(tiles.before(tile)) * steps : first * a_row) + step * a_step;
      const auto multiply = tiles.with_height(tile, [](auto rows) { return &multiply_panel<V, rows, Real>; });
      const int last = (std::min)(panels.count(), (group + 1) * together);
      for (int panel = group * together; panel < last; ++panel) {
        const int column = panels.first(panel), width = panels.width(panel);
        const Real* of_panel = b + panels.packed_index(step, column);
        Real* into = c + first * c_row + column;
        const strides s{.blocks = 1,
                        .steps = (std::min)(part, steps - step),
                        .a_block = 0,
                        .a_step = a_step,
                        .a_row = a_row,
                        .b_step = width,
                        .b_vector = V::width,
                        .c_row = c_row,
                        .c_vector = V::width};
        if (constexpr int n = panels_of_row<V>;
            height == 1 && panel + n <= last && panels.width(panel + n - 1) == panels.widest) {
          sum_row<V>(s, to, from, of_panel, std::int64_t(panels.widest) * steps, into);
          panel += n - 1;
        } else {
          multiply(s, to, width, from, of_panel, into);
        }
      }
    }
}
template <class V>
constexpr std::int64_t tasks(const row_tiles<V>& tiles, const column_panels<V>& panels) {
  return std::int64_t(tiles.count()) * ((panels.count() + together - 1) / together);
}

/// c [rows][columns] = a·b, b being packed in panels. `tiles_of_a`: room for `tile_numbers`.
template <class V, class Real>
void multiply(int rows, int columns, int steps, left<Real> a, const Real* b, Real* c, Real* tiles_of_a) {
  const column_panels<V> panels{columns, steps};
  if (steps == 1) return multiply_vectors<V>(rows, columns, a.data, a.row_stride, b, c, false);
  const bool copied = panels.count() > 4 && rows >= row_tiles<V>::some;
  constexpr bool evenly = row_tiles<V>::most > 8;
  const row_tiles<V> tiles = evenly && !copied ? even_tiles<V>(rows) : row_tiles<V>(rows);
  if (copied) copy_tiles<V>(tiles, steps, a, tiles_of_a), a.data = tiles_of_a;
  parallel_ranges(tasks(tiles, panels), [&](std::int64_t begin, std::int64_t end) {
    multiply_tiles(tiles, panels, a, copied, b, c, columns, false, begin, end);
  });
}

}  // namespace hepgan::native::matrix_product
