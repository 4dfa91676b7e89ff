// plane = Wᵀ · stack with any kernel and stride: the stack turned around, so that all taps of its rows are a product
// with vectors of pixels; the plane's pixels a stride apart are then sums of such vectors.
#pragma once
#include <hepgan/backend/native/plane.hpp>
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/shuffles.hpp>

namespace hepgan::native::detail {

/// Rows of the stack as taps: in each row [tap][pixel], with zeros before and after the pixels, as many rows as a
/// window of the plane sees; and two vectors of pixels, [channel][pixel].
struct tap_rows {
  static constexpr int margin = 16, most_at_once = 32;
  int rows, width;
  std::int64_t row;
  template <int Block>
  constexpr explicit tap_rows(const plane_layer<Block>& k)
      : rows((k.geo.kernel[0] + k.geo.stride[0] - 1) / k.geo.stride[0]),
        width(margin +
              round_up((std::max)(k.stack.width, k.plane.width / k.geo.stride[1] + 1) + k.geo.pad[1] + margin)),
        row(std::int64_t(k.taps) * width) {}
  template <int Block>
  constexpr std::int64_t size(const plane_layer<Block>& k) const {
    return rows * row + most_at_once * k.channels;
  }
};

/// V::width pixels from p, all channels, turned around: to[channel · step]; zero where there are less than that.
template <class V, class Real, int Block>
void turn_pixels(const plane_layer<Block>& k, const Real* stack, int p, int count, Real* to, int step) {
  const int block = k.block;
  for (int c = 0; c < k.channels; c += V::width) {
    const Real* from = stack + k.at(c, p);
    std::array<typename V::type, V::width> square;
    ask_for_pixels<V::width>(from, block);
    if (count >= V::width)
#pragma GCC unroll 16
      for (int i = 0; i < V::width; ++i) square[i] = V::load(from + i * block);
    else
#pragma GCC unroll 16
      for (int i = 0; i < V::width; ++i) square[i] = i < count ? V::load(from + i * block) : V::all(0);
    transpose_rows<V>(square);
#pragma GCC unroll 16
    for (int i = 0; i < V::width; ++i) V::store(to + (c + i) * step, square[i]);
  }
}

/// Taps of row h of the stack; pixels: room for those that are turned around at once.
template <class V, class Real, int Block>
void turned_row(const plane_layer<Block>& k, const tap_rows& in, const Real* stack, const Real* wt, int h, Real* pixels,
                Real* to) {
  const row_tiles<V> tiles(k.taps);
  const auto some = [&](auto vectors, int x) {
    constexpr int step = vectors * V::width;
    for (int v = 0; v < vectors; ++v)
      turn_pixels<V>(k, stack, h * k.stack.width + x + v * V::width, k.stack.width - x - v * V::width,
                     pixels + v * V::width, step);
    const strides s{1, k.channels, 0, k.taps_padded, 1, step, V::width, in.width, V::width};
    for (int tile = 0; tile < tiles.count(); ++tile)
      tiles.with_height(tile, [&](auto taps) {
        const int tap = tiles.first(tile);
        product_tile<V, taps, vectors>(s, {}, wt + tap, pixels, to + tap * in.width + tap_rows::margin + x);
      });
  };
  int x = 0;
  for (; x + V::width < k.stack.width; x += 2 * V::width) some(std::integral_constant<int, 2>{}, x);
  if (x < k.stack.width) some(std::integral_constant<int, 1>{}, x);
}

/// Where the taps of those of a plane's pixels lie which are a stride apart: the i-th is the sum of all at i.
template <class Real>
struct tap_list {
  const Real* at[widest_plane_window * widest_plane_window];
  int count = 0;
  template <class V>
  auto sum(int i) const {
    auto s = V::all(0);
    for (int n = 0; n < count; ++n) s = s + V::load(at[n] + i);
    return s;
  }
};

/// A row of the plane, as the row of the stack that lies last in its windows, and its taps' first row.
struct plane_row {
  int last, slot, tap;  ///< the slot is that row's in `tap_rows`
  template <class Real, int Block>
  tap_list<Real> from_column(const plane_layer<Block>& k, const tap_rows& in, const Real* turned, int column) const {
    tap_list<Real> list;
    const auto [down, along] = k.geo.stride;
    const int left = column + k.geo.pad[1], shift = left / along;
    for (int kh = tap, row = last, s = slot; kh < k.geo.kernel[0] && row >= 0; kh += down, --row) {
      const Real* from = turned + s * in.row + kh * k.geo.kernel[1] * in.width + tap_rows::margin + shift;
      if (row < k.stack.height)
        for (int kw = left - shift * along, n = 0; kw < k.geo.kernel[1]; kw += along, ++n)
          list.at[list.count++] = from + kw * in.width - n;
      s = s > 0 ? s - 1 : in.rows - 1;
    }
    return list;
  }
  template <int Block>
  void advance(const plane_layer<Block>& k, const tap_rows& in) {
    if (++tap < k.geo.stride[0]) return;
    tap = 0, ++last;
    if (++slot == in.rows) slot = 0;
  }
};

/// turned: room for all rows and pixels.
template <class V, class Real, int Block>
void add_turned(const plane_layer<Block>& k, const Real* stack, const Real* wt, Real* turned, Real* plane) {
  const tap_rows in(k);
  const auto [down, along] = k.geo.stride;
  std::fill_n(turned, in.size(k), Real(0));
  plane_row at{k.geo.pad[0] / down, k.geo.pad[0] / down % in.rows, k.geo.pad[0] % down};
  for (int h = 0, next = 0; h < k.plane.height; ++h, plane += k.plane.width, at.advance(k, in)) {
    for (; next < k.stack.height && next <= at.last; ++next)
      turned_row<V>(k, in, stack, wt, next, turned + in.rows * in.row, turned + next % in.rows * in.row);
    int i = 0;
    if (along == 2) {
      const auto even = at.from_column(k, in, turned, 0), odd = at.from_column(k, in, turned, 1);
      for (; 2 * (i + V::width) <= k.plane.width; i += V::width)
        store_in_turn<V>(plane + 2 * i, even.template sum<V>(i), odd.template sum<V>(i));
      if (2 * i == k.plane.width) continue;
    }
    for (int d = 0; d < along; ++d) {
      const auto list = at.from_column(k, in, turned, d);
      int n = i;
      if (along == 1)
        for (; n + V::width <= k.plane.width; n += V::width) V::store(plane + n, list.template sum<V>(n));
      for (int x = n * along + d; x < k.plane.width; x += along, ++n)
        plane[x] = list.template sum<lanes<typename V::arch, Real, 1>>(n);
    }
  }
}

}  // namespace hepgan::native::detail
