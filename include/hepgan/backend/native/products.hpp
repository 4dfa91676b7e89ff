// Matrix products in tiles of registers: rows are a's, columns are vectors of b's.
#pragma once
#include <hepgan/backend/native/register_tile.hpp>

namespace hepgan::native {

/// Where a tile of products finds its numbers: a[block·a_block + step·a_step + row·a_row],
/// b[(block·steps + step)·b_step + vector·b_vector] and c[row·c_row + vector·c_vector].
struct strides {
  int blocks, steps;
  std::int64_t a_block, a_step, a_row, b_step, b_vector, c_row, c_vector;
};

/// What will be read after this tile, and so many of its numbers for each of the tile's blocks: they come to the second
/// cache meanwhile, at an even pace, while a CPU by itself would fetch them all when the first tile asks for them.
template <class Real>
struct upcoming {
  const Real* from = nullptr;
  int each = 0;
  [[gnu::always_inline]] void approach() {
    constexpr int line = 64 / sizeof(Real);
    for (int i = 0; i < each; i += line) __builtin_prefetch(from + i, 0, 2);
    from += each;
  }
};
/// Of both factors.
template <class Real>
struct upcoming_factors {
  upcoming<Real> a, b;
};

/// Adds a·b over blocks × steps; the number of row r is row(r) after the first row's.
template <class V, int Rows, int Vectors, class Real, class Row>
[[gnu::always_inline]] inline void add_products(register_tile<V, Rows, Vectors>& tile, const strides& s, const Real* a,
                                                const Real* b, upcoming_factors<Real> next, Row row) {
  const std::int64_t a_step = s.a_step, b_step = s.b_step, b_vector = s.b_vector;
  for (int block = 0; block < s.blocks; ++block, a += s.a_block) {
    next.a.approach(), next.b.approach();
    const Real* from = a;
#pragma GCC unroll 1
    for (int step = 0; step < s.steps; ++step, from += a_step, b += b_step)
      tile.add_product([&](int r) { return from[row(r)]; }, [&](int v) { return b + v * b_vector; });
  }
}
template <class V, int Rows, int Vectors, class Real>
[[gnu::always_inline]] inline void add_products(register_tile<V, Rows, Vectors>& tile, const strides& s, const Real* a,
                                                const Real* b, upcoming_factors<Real> next = {}) {
  add_products(tile, s, a, b, next, [row = s.a_row](int r) { return r * row; });
}

/// What becomes of a tile's sums: its first rows may be another tile's, too, which writes them.
struct outcome {
  bool added = false;
  int skipped = 0;
};

/// All but the first rows of a tile, from a copy.
template <class V, class Real>
[[gnu::noinline]] void put_rows(int rows, int vectors, const strides& s, outcome to, const Real* from, Real* c) {
  for (int r = to.skipped; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) {
      Real* const at = c + r * s.c_row + v * s.c_vector;
      const auto sum = V::load(from + (r * vectors + v) * V::width);
      V::store(at, to.added ? V::load(at) + sum : sum);
    }
}

/// c = a·b, or added to c, which is called for before a product that is not short: its rows are far apart.
template <class V, int Rows, int Vectors, class Real>
void product_tile(const strides& s, outcome to, const Real* a, const Real* b, Real* c,
                  upcoming_factors<Real> next = {}) {
  register_tile<V, Rows, Vectors> tile;
  if (to.added && s.steps >= 16)
    for (int r = 0; r < Rows; ++r)
      for (int v = 0; v < Vectors; ++v) __builtin_prefetch(c + r * s.c_row + v * s.c_vector, 1);
  if (Rows > 4 && Vectors == 2 && V::factors == 1 && s.a_row == 1)  // a register for each row's distance is too many
    add_products(tile, s, a, b, next, [](int r) { return r; });
  else
    add_products(tile, s, a, b, next);
  Real whole[Rows * Vectors * V::width];  // where some rows are another tile's
  const bool apart = to.skipped != 0;
  const std::int64_t row = apart ? Vectors * V::width : s.c_row, vector = apart ? V::width : s.c_vector;
  const auto at = [row, vector, first = apart ? whole : c](int r, int v) { return first + r * row + v * vector; };
  if (to.added && !apart) tile.add(at);
  tile.store(at);
  if (apart) put_rows<V>(Rows, Vectors, s, to, whole, c);
}

/// Rows in tiles, as few and as little over as can be: of the greatest height that the registers hold, then of one
/// other. The last overlaps the one before.
template <class V>
struct row_tiles {
  static constexpr int most = V::registers == 32 ? 13 : 6, some = 4, even = V::registers == 32 ? 8 : 4;
  static constexpr int heights[]{most, V::registers == 32 ? 8 : 5, some, 1};
  int rows, tall = 0, height = 1;  ///< so many of the greatest height, then this one
  constexpr explicit row_tiles(int rows) : rows(rows) {
    int least = 1 << 30;
    for (int n = (std::max)(0, rows / most - 1); n <= rows / most; ++n)
      for (const int h : heights) {
        const int others = (rows - n * most + h - 1) / h;
        const int cost = n * (most + 1) + others * ((std::max)(h, some) + 1);  // fewer wait for their sums
        if (h <= rows && cost < least) least = cost, tall = n, height = h;
      }
  }
  /// All of one height.
  constexpr row_tiles(int rows, int height) : rows(rows), height(height) {}
  constexpr int count() const { return tall + (rows - tall * most + height - 1) / height; }
  /// Rows of the tiles before this one, the row that it begins with, and the one after it.
  constexpr int before(int tile) const { return (std::min)(tile, tall) * most + (std::max)(tile - tall, 0) * height; }
  constexpr int first(int tile) const { return tile < tall ? tile * most : (std::min)(before(tile), rows - height); }
  constexpr int height_of(int tile) const { return tile < tall ? most : height; }
  constexpr int after(int tile) const { return first(tile) + height_of(tile); }
  /// f(constant height), such as the function of a tile of that height.
  template <class F>
  auto with_height(int tile, F f) const {
    const int h = height_of(tile);
    if (h == heights[0]) return f(std::integral_constant<int, heights[0]>{});
    if (h == heights[1]) return f(std::integral_constant<int, heights[1]>{});
    if (h == heights[2]) return f(std::integral_constant<int, heights[2]>{});
    return f(std::integral_constant<int, 1>{});
  }
};

/// Columns in panels of two vectors; the last may be narrower. Packed ones lie one after the other, [step][column].
template <class V>
struct column_panels {
  int columns, steps;
  static constexpr int widest = 2 * V::width;
  constexpr int count() const { return (columns + widest - 1) / widest; }
  static constexpr int first(int panel) { return panel * widest; }
  constexpr int width(int panel) const { return (std::min)(widest, columns - first(panel)); }
  constexpr std::int64_t packed_index(int step, int column) const {
    const int panel = column / widest;
    return std::int64_t(first(panel)) * steps + std::int64_t(step) * width(panel) + column % widest;
  }
  /// f(constant number of vectors) for a panel of whole ones: two, but one where the last is odd.
  template <class F>
  auto with_vectors(int panel, F f) const {
    return width(panel) == widest ? f(std::integral_constant<int, 2>{}) : f(std::integral_constant<int, 1>{});
  }
};

/// The product_tile of a tile by a panel of whole vectors.
template <class V, class Real>
auto product_for(const row_tiles<V>& rows, int tile, const column_panels<V>& columns, int panel) {
  return columns.with_vectors(panel, [&](auto vectors) {
    return rows.with_height(tile, [&](auto height) { return &product_tile<V, height, vectors, Real>; });
  });
}

}  // namespace hepgan::native
