// Two rows of few outputs at a time: weights are read once for both, and what their windows have in the padding is not
// multiplied, which of 4×4 outputs is a quarter.
#pragma once
#include <hepgan/backend/native/direct/direction.hpp>
#include <hepgan/backend/native/products.hpp>

namespace hepgan::native::direct {

inline constexpr int most_taps_of_narrow = 8;  ///< along a line
constexpr bool is_narrow(const outputs& columns) {
  return (columns.count == 4 || columns.count == 2) && columns.taps <= most_taps_of_narrow;
}

/// Outputs of a row, and what is summed over: lines and taps of a window, places of a block; and which outputs have a
/// line, and a tap, in the image, a bit for each, row by row.
struct narrow_window {
  int outputs, lines, blocks, taps, places;
  unsigned of_tap[most_taps_of_narrow]{};
  const frame& framed;
  int first, row;  ///< line of the frame that the first row begins with, and from there to the second's

  narrow_window(const frame& f, const direct::outputs& columns, int first, int row, int lines)
      : outputs(columns.count),
        lines(lines),
        blocks(f.blocks),
        taps(columns.taps),
        places(f.block),
        framed(f),
        first(first),
        row(row) {
    for (int t = 0; t < taps; ++t)
      for (int o = 0; o < columns.count; ++o)
        if (f.has_column(columns.start + o * columns.step + t)) of_tap[t] |= (1u | 1u << columns.count) << o;
  }
  unsigned of_line(int i) const {
    const unsigned one = (1u << outputs) - 1;
    return (framed.has(first + i) ? one : 0) | (framed.has(first + i + row) ? one << outputs : 0);
  }
};

template <class V, int Outputs, int Vectors, class Real>
void narrow_rows(const strides& s, const narrow_window& w, std::int64_t c_far, const Real* a, const Real* b, Real* c) {
  register_tile<V, 2 * Outputs, Vectors> tile;
  const std::int64_t a_row = s.a_row, a_far = w.row * w.blocks * s.a_block, b_step = s.b_step, b_vector = s.b_vector;
  for (int i = 0; i < w.lines; ++i) {
    const unsigned of_line = w.of_line(i);
    for (int block = 0; block < w.blocks; ++block, a += s.a_block) {
      const Real* from = a;
      for (int tap = 0; tap < w.taps; ++tap) {
        const auto add = [&](unsigned rows) __attribute__((always_inline)) {
          for (int place = 0; place < w.places; ++place, ++from, b += b_step)
            tile.add_product([&](int r) { return from[r / Outputs * a_far + r % Outputs * a_row]; },
                             [&](int v) { return b + v * b_vector; }, rows);
        };
        constexpr unsigned all = (1u << 2 * Outputs) - 1;
        const unsigned rows = of_line & w.of_tap[tap];
        rows == all ? add(all) : add(rows);
      }
    }
  }
  tile.store([&](int r, int v) { return c + r / Outputs * c_far + r % Outputs * s.c_row + v * s.c_vector; });
}

}  // namespace hepgan::native::direct
