// Between images and the transform domain: one event's channels of one vector at a time, tile by tile.
#pragma once
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/backend/native/toom_cook/domain.hpp>

namespace hepgan::native::toom_cook {

/// f(parity of the row, of the column, row of tiles, column of tiles, tile) for the tiles of one event, parity by
/// parity.
template <class F>
void over_parities(const domain& d, F f) {
  for (int p = 0; p < d.parities; ++p)
    for (int r = 0, tile = 0; r < d.tile_rows(); ++r)
      for (int c = 0; c < d.tile_columns(); ++c, ++tile) f(p / 2, p % 2, r, c, tile);
}

/// The rows or columns of the large side that a tile reads: with stride 2 every second one from `first`, some of them
/// in the padding, which can only be the first or the last.
template <class Line>
struct window_line {
  int first;
  bool has_first, has_last;
  constexpr window_line(int tile, int parity, int stride, int pad, int extent)
      : first(stride * Line::outputs * tile + parity - pad),
        has_first(first >= 0),
        has_last(first + stride * (Line::inputs - 1) < extent) {}
  constexpr bool has(int i) const { return (i > 0 || has_first) && (i < Line::inputs - 1 || has_last); }
};

/// The image that this thread will read or write next, if there is one: another thread's would be taken from it. With
/// each tile as many of its pixels come to the second cache, so that memory is at work while transforms are, too.
template <class Line, bool Written, class Real>
struct next_image {
  const Real* pixel;
  int block;
  next_image(const Real* image, const domain& d) : pixel(image), block(image ? d.block : 0) {}
  void approach() {
    if (block)
      for (int i = 0; i < Line::outputs * Line::outputs; ++i, pixel += block) __builtin_prefetch(pixel, Written, 2);
  }
};

/// V of parity p and tile t lies at v + p · per_parity + t · width, and from point to point `plane` apart; what comes
/// in, as factors of products, takes F::factors times less.
template <class F, class Line, class Real>
void large_to_points(const domain& d, const Real* image, const Real* after, Real* v, std::int64_t plane,
                     std::int64_t per_parity) {
  using V = typename F::floats;
  const auto none = V::all(0);
  const std::int64_t step = d.stride * d.block;
  next_image<Line, false, Real> next(after, d);
  over_parities(d, [&](int ph, int pw, int r, int c, int tile) {
    next.approach();
    const window_line<Line> rows(r, ph, d.stride, d.pad[0], d.large.height),
        columns(c, pw, d.stride, d.pad[1], d.large.width);
    const auto row = [&](int i) {
      line<V, Line::inputs> window;
      if (!rows.has(i)) {
        window.fill(none);
        return window;
      }
      const Real* from = image + (std::int64_t(rows.first + d.stride * i) * d.large.width + columns.first) * d.block;
      window[0] = columns.has_first ? V::load(from) : none;
#pragma GCC unroll 6
      for (int j = 1; j < Line::inputs - 1; ++j) window[j] = V::load(from + j * step);
      window[Line::inputs - 1] = columns.has_last ? V::load(from + (Line::inputs - 1) * step) : none;
      return window;
    };
    Real* to = v + ((2 * ph + pw) * per_parity + tile * F::width) / F::factors;
    both_axes<V, Line::inputs, Line::inputs>(
        row, [](const auto& d) { return Line::template input<V>(d); },
        [&](int j, const auto& at) { put_column<F, Line>(to, j, plane, at); });
  });
}

/// The adjoint: tiles overlap by a row and a column for each tap but one, where they are added.
template <class V, class Line, class Real>
void large_from_points(const domain& d, Real* image, const Real* after, const Real* v, std::int64_t plane,
                       std::int64_t per_parity) {
  const std::int64_t down = std::int64_t(d.stride) * d.large.width * d.block;
  next_image<Line, true, Real> next(after, d);
  over_parities(d, [&](int ph, int pw, int r, int c, int tile) {
    next.approach();
    const Real* from = v + (2 * ph + pw) * per_parity + tile * V::width;
    const window_line<Line> rows(r, ph, d.stride, d.pad[0], d.large.height),
        columns(c, pw, d.stride, d.pad[1], d.large.width);
    both_axes<V, Line::inputs, Line::inputs>(
        [&](int i) { return row_at_points<V, Line>(from, i, plane); },
        [](const auto& p) { return Line::template input_adjoint<V>(p); },
        [&](int j, const auto& window) {
          if (!columns.has(j)) return;
          Real* pixel = image + (std::int64_t(rows.first) * d.large.width + columns.first + d.stride * j) * d.block;
#pragma GCC unroll 6
          for (int i = 0; i < Line::inputs; ++i, pixel += down) {
            if (!rows.has(i)) continue;
            const bool again = (i < Line::taps - 1 && r > 0) || (j < Line::taps - 1 && c > 0);
            V::store(pixel, again ? V::load(pixel) + window[i] : window[i]);
          }
        });
  });
}

/// M of tile t lies at m + t · width.
template <class V, class Line, class Real>
void small_from_points(const domain& d, Real* image, const Real* after, const Real* m, std::int64_t plane,
                       std::int64_t) {
  next_image<Line, true, Real> next(after, d);
  for (int r = 0; r < d.tile_rows(); ++r)
    for (int c = 0; c < d.tile_columns(); ++c, m += V::width) {
      next.approach();
      Real* to = image + (std::int64_t(r) * d.small.width + c) * Line::outputs * d.block;
      both_axes<V, Line::inputs, Line::outputs>([&](int i) { return row_at_points<V, Line>(m, i, plane); },
                                                [](const auto& p) { return Line::template output<V>(p); },
                                                [&](int j, const auto& tile) {
#pragma GCC unroll 6
                                                  for (int i = 0; i < Line::outputs; ++i)
                                                    V::store(to + (i * d.small.width + j) * d.block, tile[i]);
                                                });
    }
}

template <class F, class Line, class Real>
void small_to_points(const domain& d, const Real* image, const Real* after, Real* m, std::int64_t plane, std::int64_t) {
  using V = typename F::floats;
  next_image<Line, false, Real> next(after, d);
  for (int r = 0; r < d.tile_rows(); ++r)
    for (int c = 0; c < d.tile_columns(); ++c, m += F::width / F::factors) {
      next.approach();
      const Real* from = image + (std::int64_t(r) * d.small.width + c) * Line::outputs * d.block;
      const auto row = [&](int i) {
        line<V, Line::outputs> tile;
#pragma GCC unroll 6
        for (int j = 0; j < Line::outputs; ++j) tile[j] = V::load(from + (i * d.small.width + j) * d.block);
        return tile;
      };
      both_axes<V, Line::outputs, Line::inputs>(
          row, [](const auto& y) { return Line::template output_adjoint<V>(y); },
          [&](int j, const auto& at) { put_column<F, Line>(m, j, plane, at); });
    }
}

}  // namespace hepgan::native::toom_cook
