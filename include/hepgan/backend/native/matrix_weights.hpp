// The weights of a matrix product, packed in panels of its columns or its rows.
#pragma once
#include <hepgan/backend/native/matrix_order.hpp>

namespace hepgan::native::matrix_order {

/// Panels of the matrix's columns, a row for each of its rows.
template <class V, class Real>
void pack_along(const sides<V>& m, const Real* canonical, Real* packed) {
  const side<V>&rows = m.rows, &columns = m.columns;
  const column_panels<V> panels{columns.stored, rows.stored};
  parallel_for(std::int64_t(rows.count()) * columns.count(), [&](std::int64_t task) {
    const piece r = rows[static_cast<int>(task % rows.count())], c = columns[static_cast<int>(task / rows.count())];
    for (int p = 0; p < rows.pixels; ++p)
      for (int i = 0; i < r.channels; ++i) {
        const int step = r.stored + p * rows.block + i;
        const Real* from = canonical + std::int64_t(r.canonical + i * rows.pixels + p) * columns.size() + c.canonical;
        if (columns.in_order())
          std::copy_n(from, c.channels, packed + panels.packed_index(step, c.stored));
        else
          transpose<V>(
              c.channels, columns.pixels, true, from, columns.pixels,
              [&](int pixel, int l) {
                return packed + panels.packed_index(step, c.stored + pixel * columns.block) + l;
              },
              putting<false, Real>{});
      }
  });
}

/// Panels of the matrix's rows, a row for each of its columns.
template <class V, class Real>
void pack_across(const sides<V>& m, const Real* canonical, Real* packed) {
  const side<V>&rows = m.rows, &columns = m.columns;
  const column_panels<V> panels{rows.stored, columns.stored};
  const bool straight = columns.in_order();
  parallel_for(std::int64_t(rows.count()) * columns.count(), [&](std::int64_t task) {
    const piece r = rows[static_cast<int>(task / columns.count())],
                c = columns[static_cast<int>(task % columns.count())];
    for (int p = 0; p < rows.pixels; ++p) {
      const int column = r.stored + p * rows.block, width = panels.width(column / panels.widest);
      const std::int64_t apart = std::int64_t(width) * (straight ? 1 : columns.block);
      const Real* first = canonical + std::int64_t(r.canonical + p) * columns.size() + c.canonical;
      const std::int64_t row = std::int64_t(rows.pixels) * columns.size();
      for (int run = 0; run < (straight ? 1 : c.channels); ++run, first += columns.pixels) {
        Real* to = packed + panels.packed_index(c.stored + run, column);
        transpose<V>(
            r.channels, straight ? c.channels : columns.pixels, true, first, row,
            [&](int k, int i) { return to + k * apart + i; }, putting<false, Real>{});
      }
    }
  });
}

/// Panels of outputs, a row for each input; for the way back panels of inputs, a row for each output.
template <class V, class Real>
void pack(const op& o, pass p, const Real* canonical, Real* packed) {
  const sides<V> m(o);
  const std::int64_t all = std::int64_t(m.rows.stored) * m.columns.stored;
  if (all > std::int64_t(m.rows.size()) * m.columns.size()) std::fill_n(packed, all, Real(0));  // padding
  if (m.rows.stored == 1 || m.of_inputs == (p == pass::forward))  // one row is one column of one panel, too
    pack_along(m, canonical, packed);
  else
    pack_across(m, canonical, packed);
}

}  // namespace hepgan::native::matrix_order
