// The two orders of both sides of a matrix product, canonical and stored, and images brought from one to the other.
#pragma once
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/transpose.hpp>
#include <hepgan/backend/op.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::matrix_order {

/// Numbers of a side that begin at these places. The l-th of its channels has its p-th pixel at
/// canonical + l·pixels + p and at stored + p·block + l.
struct piece {
  int canonical, stored, channels;
};

/// One side of the product, in pieces that no panel's border divides. One pixel, or plain order: both orders are one.
template <class V>
struct side {
  static constexpr int most = column_panels<V>::widest;
  int channels, pixels, block, stored, each;
  constexpr explicit side(const tensor& t)
      : channels(t.extent.channels), pixels(t.extent.pixels()), block(t.form.block), stored(t.stored()) {
    if (block == 1 || pixels == 1) channels *= pixels, pixels = 1, block = most;
    each = (std::min)(block, most);
  }
  constexpr int size() const { return channels * pixels; }
  constexpr bool in_order() const { return pixels == 1; }
  /// A run of pixels is whole vectors.
  constexpr bool in_vectors() const { return pixels % V::width == 0; }
  constexpr int count() const { return (channels + each - 1) / each; }
  constexpr piece operator[](int i) const {
    const int c = i * each;
    return {c * pixels, c / block * block * pixels + c % block, (std::min)(each, channels - c)};
  }
};

/// Canonical weights are a matrix: their last side lies along its rows.
template <class V>
struct sides {
  side<V> rows, columns;
  bool of_inputs;  ///< the rows are those
  constexpr explicit sides(const op& o) : sides(o, o.geo.map == map_kind::transposed_convolution) {}

 private:
  constexpr sides(const op& o, bool transposed)
      : rows(transposed ? o.x : o.y), columns(transposed ? o.y : o.x), of_inputs(transposed) {}
};

/// Pixels of a piece that are brought into canonical order at a time.
template <class V>
constexpr int run = (std::max)(V::width, 4);

/// Where a matrix [event][column] lies in panels so wide; the last may be narrower.
template <class Real>
struct in_panels {
  Real* to;
  int columns, events, width;
  Real* operator()(int event, int column) const {
    const int first = column / width * width;
    return to + std::int64_t(first) * events + std::int64_t(event) * (std::min)(width, columns - first) + column -
           first;
  }
};

/// The run of pixels of a piece that begins with pixel p, for all events: those of its l-th channel to columns from
/// column + l·apart on. The next run comes to the second cache meanwhile.
template <class V, class Real>
void to_columns(const side<V>& s, const piece& x, int p, const Real* from, const in_panels<Real>& at, int column,
                int apart) {
  const Real* event = from + x.stored + p * s.block;
  for (int e = 0; e < at.events; ++e, event += s.stored)
    if (s.in_order()) {
      std::copy_n(event, x.channels, at(e, column));
    } else {
      for (int i = run<V>; i < 2 * run<V>; ++i) __builtin_prefetch(event + i * s.block, 0, 2);
      transpose<V>((std::min)(run<V>, s.pixels - p), x.channels, s.in_vectors(), event, s.block,
                   [&](int l, int pixel) { return at(e, column + l * apart + pixel); }, putting<false, Real>{});
    }
}
/// So many pieces, in canonical order.
template <class V, class Real>
void to_canonical(const side<V>& s, int piece, int pieces, const Real* from, const in_panels<Real>& at) {
  const int first = s[piece].canonical;
  for (const int end = piece + pieces; piece < end; ++piece)
    for (int p = 0; p < s.pixels; p += run<V>)
      to_columns(s, s[piece], p, from, at, s[piece].canonical - first + p, s.pixels);
}

/// Adds factor · numbers in stored order to canonical ones.
template <class V, class Real>
void add_canonical(const side<V>& s, Real factor, const Real* from, Real* to) {
  parallel_for(s.count(), [&](std::int64_t i) {
    const piece x = s[static_cast<int>(i)];
    transpose<V>(
        s.pixels, x.channels, true, from + x.stored, s.block,
        [&](int l, int pixel) { return to + x.canonical + l * s.pixels + pixel; }, putting<true, Real>{factor});
  });
}

}  // namespace hepgan::native::matrix_order
