// dW = dYᵀ·X in canonical order, to which it is added: not dW but dY and X are brought into that order, a piece at a
// time while it lies in a cache.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/matrix_order.hpp>
#include <hepgan/backend/native/matrix_tiles.hpp>

namespace hepgan::native::matrix_product {

/// Where the rows are fewer than a tile's.
template <class V>
constexpr bool summed_by_row(const matrix_order::sides<V>& m) {
  return m.rows.size() < row_tiles<V>::some;
}
/// Pieces of columns that are multiplied at a time, beside all rows.
template <class V>
constexpr int pieces_of_columns(const matrix_order::side<V>& s) {
  return (std::max)(1, 256 / (s.each * s.pixels));
}
template <class V>
constexpr std::int64_t numbers_of_pieces(const matrix_order::side<V>& s, int pieces, int events) {
  return round_up(std::int64_t(pieces) * s.each * s.pixels * events);
}
/// Rows that are not in order come in runs of pixels, each a group of whole tiles.
template <class V>
constexpr bool by_rows(const matrix_order::side<V>& rows) {
  return !rows.in_order() && rows.in_vectors() && V::width % row_tiles<V>::even == 0;
}

/// dW, canonical, as sums of dY and X that come into canonical order just before.
template <class V, class Real>
struct weight_gradient {
  const job<Real>& j;
  matrix_order::sides<V> m{*j.what};
  int rows = m.rows.size(), columns = m.columns.size(), workers = j.threads;
  const Real *across = m.of_inputs ? j.x : j.dy, *along = m.of_inputs ? j.dy : j.x;

  void add() const {
    if (summed_by_row(m)) return add_rows();
    if (j.batch == 1) return add_step();
    by_rows(m.rows) ? add_by_rows() : add_by_columns();
  }

  /// A few rows: images are read once, as they lie, and the sums of each row are turned.
  void add_rows() const {
    const bool one = j.batch == 1;
    for (int r = 0; r < rows; ++r) {
      const bool straight = m.columns.in_order();
      Real* const to = j.gradient + std::int64_t(r) * columns;
      if (straight || !one)
        weighted_sum<V>(j.batch, straight ? columns : m.columns.stored, straight, across + r, m.rows.stored, along,
                        m.columns.stored, straight ? to : j.scratch);
      if (!straight) matrix_order::add_canonical(m.columns, one ? across[r] : Real(1), one ? along : j.scratch, to);
    }
  }
  /// All of a side, in panels so wide.
  void all_canonical(const matrix_order::side<V>& s, const Real* from, Real* to, int width) const {
    const int chunk = s.each * s.pixels;
    parallel_for(s.count(), [&](std::int64_t i) {
      for (int p = 0; p < s.pixels; p += matrix_order::run<V>)
        matrix_order::to_columns(s, s[static_cast<int>(i)], p, from, {to, s.size(), j.batch, width},
                                 static_cast<int>(i) * chunk + p, s.pixels);
    });
  }
  /// Of one event, or of all as they follow each other.
  const Real* canonical(const matrix_order::side<V>& s, const Real* from, Real* room) const {
    if (s.in_order()) return from;
    all_canonical(s, from, room, s.size());
    return room;
  }
  /// One event.
  void add_step() const {
    const Real *a = canonical(m.rows, across, j.scratch), *b = canonical(m.columns, along, j.scratch + round_up(rows));
    multiply_vectors<V>(rows, columns, a, 1, b, j.gradient, true);
  }
  /// All rows by some columns at a time.
  void add_by_columns() const {
    left<Real> a{across, 1, m.rows.stored};
    const row_tiles<V> tiles = even_tiles<V>(rows);
    Real *tiles_of_a = j.scratch, *room = tiles_of_a + tile_numbers(tiles, j.batch);
    if (!m.rows.in_order())
      a = {canonical(m.rows, across, room), 1, rows}, room += round_up(std::int64_t(rows) * j.batch);
    copy_tiles<V>(tiles, j.batch, a, tiles_of_a);
    a.data = tiles_of_a;
    const int each = pieces_of_columns(m.columns), chunk = each * m.columns.each * m.columns.pixels;
    parallel_for(workers, (m.columns.count() + each - 1) / each, [&](std::int64_t worker, std::int64_t i) {
      const int piece = static_cast<int>(i) * each, first = piece * m.columns.each * m.columns.pixels;
      const column_panels<V> panels{(std::min)(chunk, columns - first), j.batch};
      Real* const b = room + worker * numbers_of_pieces(m.columns, each, j.batch);
      to_canonical(m.columns, piece, (std::min)(each, m.columns.count() - piece), along,
                   {b, panels.columns, j.batch, panels.widest});
      multiply_tiles(tiles, panels, a, true, b, j.gradient + first, columns, true, 0, tasks(tiles, panels));
    });
  }
  /// A run of the pixels of some channels by all columns: these are few where rows have pixels. Rows of a gradient lie
  /// far apart then, and are called for in time.
  void add_by_rows() const {
    constexpr int run = matrix_order::run<V>;
    const column_panels<V> panels{columns, j.batch};
    Real *const b = j.scratch, *const room = b + round_up(std::int64_t(columns) * j.batch);
    all_canonical(m.columns, along, b, panels.widest);
    const row_tiles<V> tiles(run, row_tiles<V>::even);
    const int runs = m.rows.pixels / run, of_one = run * j.batch;
    parallel_for(workers, std::int64_t(m.rows.count()) * runs, [&](std::int64_t worker, std::int64_t i) {
      const matrix_order::piece x = m.rows[static_cast<int>(i / runs)];
      const int p = static_cast<int>(i % runs) * run;
      Real* const a = room + worker * m.rows.each * of_one;
      to_columns(m.rows, x, p, across, {a, m.rows.each * run, j.batch, run}, 0, run);
      Real* to = j.gradient + std::int64_t(x.canonical + p) * columns;
      const std::int64_t channel = std::int64_t(m.rows.pixels) * columns;
      for (int l = 0; l < x.channels; ++l, to += channel) {
        if (l + 1 < x.channels)
          for (int i = 0; i < run * columns; i += 64 / int(sizeof(Real))) __builtin_prefetch(to + channel + i, 1, 2);
        multiply_tiles(tiles, panels, left<Real>{a + std::int64_t(l) * of_one, 1, run}, false, b, to, columns, true, 0,
                       tasks(tiles, panels));
      }
    });
  }
  static constexpr std::int64_t scratch(const op& o, const workload& w) {
    const matrix_order::sides<V> m(o);
    const std::int64_t rows = m.rows.size(), columns = m.columns.size();
    if (summed_by_row(m)) return m.columns.stored;
    if (w.batch == 1) return round_up(rows) + round_up(columns);
    if (by_rows(m.rows))
      return round_up(columns * w.batch) + std::int64_t(w.threads) * m.rows.each * matrix_order::run<V> * w.batch;
    return tile_numbers(even_tiles<V>(m.rows.size()), w.batch) + (m.rows.in_order() ? 0 : round_up(rows * w.batch)) +
           w.threads * numbers_of_pieces(m.columns, pieces_of_columns(m.columns), w.batch);
  }
};

}  // namespace hepgan::native::matrix_product
