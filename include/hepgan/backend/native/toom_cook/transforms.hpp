// Toom–Cook F(m, r): m outputs of a filter of r taps from m + r − 1 products instead of m·r; in two dimensions, along
// both axes (Winograd 1980; Lavin and Gray, arXiv:1509.09308). At points x, ∞ among them, a line of outputs is
// y = Aᵀ[(G g) ⊙ (Bᵀ d)], d being m + r − 1 inputs and g the taps. Adjoints carry gradients back:
// d′ = B[(G g) ⊙ (A y′)] and g′ = Gᵀ[(Bᵀ d) ⊙ (A y′)].
#pragma once
#include <array>
#include <cstdint>

namespace hepgan::native::toom_cook {

template <class V, int N>
using line = std::array<typename V::type, N>;

template <int Outputs, int Taps>
struct line_of {
  static constexpr int outputs = Outputs, taps = Taps, inputs = outputs + taps - 1;
};

/// F(2, 2) at 0, 1 and ∞.
struct f2_2 : line_of<2, 2> {
  /// Bᵀ: the inputs of a line at the points.
  template <class V>
  static line<V, inputs> input(const line<V, inputs>& d) {
    return {d[0] - d[1], d[1], d[2] - d[1]};
  }
  /// B: back.
  template <class V>
  static line<V, inputs> input_adjoint(const line<V, inputs>& p) {
    return {p[0], p[1] - p[0] - p[2], p[2]};
  }
  /// Aᵀ: the outputs of a line from its products.
  template <class V>
  static line<V, outputs> output(const line<V, inputs>& p) {
    return {p[0] + p[1], p[1] + p[2]};
  }
  /// A: back.
  template <class V>
  static line<V, inputs> output_adjoint(const line<V, outputs>& y) {
    return {y[0], y[0] + y[1], y[1]};
  }
  /// G: the taps at the points.
  template <class V>
  static line<V, inputs> filter(const line<V, taps>& g) {
    return {g[0], g[0] + g[1], g[1]};
  }
  /// Gᵀ: back.
  template <class V>
  static line<V, taps> filter_adjoint(const line<V, inputs>& p) {
    return {p[0] + p[1], p[1] + p[2]};
  }
};

/// F(4, 2) at 0, 1, −1, 2 and ∞.
struct f4_2 : line_of<4, 2> {
  template <class V>
  static line<V, inputs> input(const line<V, inputs>& d) {
    const auto two = V::all(2), t = d[3] - d[1];
    return {V::fma(two, d[0] - d[2], t), d[1] + d[2] - t, V::fma(V::all(3), d[2] - d[1], V::all(0) - t), t,
            V::fma(V::all(-2), t, d[4] - d[2])};
  }
  template <class V>
  static line<V, inputs> input_adjoint(const line<V, inputs>& p) {
    const auto two = V::all(2), t = p[0] - p[1] - p[2] + p[3] - two * p[4];
    return {two * p[0], two * (p[1] - p[2]) - p[0] - p[3] + two * p[4],
            V::fma(V::all(3), p[2], p[1] - p[4]) - two * p[0], t, p[4]};
  }
  template <class V>
  static line<V, outputs> output(const line<V, inputs>& p) {
    const auto sum = p[1] + p[2], difference = p[1] - p[2];
    return {p[0] + sum + p[3], V::fma(V::all(2), p[3], difference), V::fma(V::all(4), p[3], sum),
            V::fma(V::all(8), p[3], difference + p[4])};
  }
  template <class V>
  static line<V, inputs> output_adjoint(const line<V, outputs>& y) {
    const auto even = y[0] + y[2], odd = y[1] + y[3];
    const auto at_two = V::fma(V::all(8), y[3], V::fma(V::all(4), y[2], V::fma(V::all(2), y[1], y[0])));
    return {y[0], even + odd, even - odd, at_two, y[3]};
  }
  template <class V>
  static line<V, inputs> filter(const line<V, taps>& g) {
    using real = typename V::real;
    const auto half = V::all(real(1) / 2), third = V::all(real(1) / 3), sixth = V::all(real(1) / 6);
    return {half * g[0], half * (g[0] + g[1]), sixth * (g[0] - g[1]), V::fma(third, g[1], sixth * g[0]), g[1]};
  }
  template <class V>
  static line<V, taps> filter_adjoint(const line<V, inputs>& p) {
    using real = typename V::real;
    const auto half = V::all(real(1) / 2), third = V::all(real(1) / 3), sixth = V::all(real(1) / 6);
    return {V::fma(half, p[0] + p[1], sixth * (p[2] + p[3])),
            V::fma(half, p[1], V::fma(third, p[3], p[4] - sixth * p[2]))};
  }
};

/// F(4, 3) at 0, ±a, ±b and ∞. Points on both sides of 1 keep errors small, and ±x share their even and odd parts.
struct f4_3 : line_of<4, 3> {
  static constexpr double a = 0.625, b = 1.5;
  static constexpr double aa = a * a, bb = b * b, of_a = 1 / (2 * aa * (aa - bb)), of_b = 1 / (2 * bb * (bb - aa));

  template <class V>
  static line<V, inputs> input(const line<V, inputs>& d) {
    const auto even_a = V::fma(all<V>(-bb), d[2], d[4]), odd_a = all<V>(a) * V::fma(all<V>(-bb), d[1], d[3]);
    const auto even_b = V::fma(all<V>(-aa), d[2], d[4]), odd_b = all<V>(b) * V::fma(all<V>(-aa), d[1], d[3]);
    const auto both = all<V>(aa * bb), less = all<V>(-(aa + bb));
    return {
        V::fma(both, d[0], V::fma(less, d[2], d[4])), even_a + odd_a, even_a - odd_a, even_b + odd_b, even_b - odd_b,
        V::fma(both, d[1], V::fma(less, d[3], d[5]))};
  }
  template <class V>
  static line<V, inputs> input_adjoint(const line<V, inputs>& p) {
    const auto even_a = p[1] + p[2], odd_a = all<V>(a) * (p[1] - p[2]);
    const auto even_b = p[3] + p[4], odd_b = all<V>(b) * (p[3] - p[4]);
    const auto both = all<V>(aa * bb), less = all<V>(-(aa + bb)), less_a = all<V>(-aa), less_b = all<V>(-bb);
    return {both * p[0],
            V::fma(both, p[5], V::fma(less_b, odd_a, less_a * odd_b)),
            V::fma(less, p[0], V::fma(less_b, even_a, less_a * even_b)),
            V::fma(less, p[5], odd_a + odd_b),
            p[0] + even_a + even_b,
            p[5]};
  }
  template <class V>
  static line<V, outputs> output(const line<V, inputs>& p) {
    const auto even_a = p[1] + p[2], odd_a = all<V>(a) * (p[1] - p[2]);
    const auto even_b = p[3] + p[4], odd_b = all<V>(b) * (p[3] - p[4]);
    return {p[0] + even_a + even_b, odd_a + odd_b, V::fma(all<V>(aa), even_a, all<V>(bb) * even_b),
            V::fma(all<V>(aa), odd_a, V::fma(all<V>(bb), odd_b, p[5]))};
  }
  template <class V>
  static line<V, inputs> output_adjoint(const line<V, outputs>& y) {
    const auto even_a = V::fma(all<V>(aa), y[2], y[0]), odd_a = all<V>(a) * V::fma(all<V>(aa), y[3], y[1]);
    const auto even_b = V::fma(all<V>(bb), y[2], y[0]), odd_b = all<V>(b) * V::fma(all<V>(bb), y[3], y[1]);
    return {y[0], even_a + odd_a, even_a - odd_a, even_b + odd_b, even_b - odd_b, y[3]};
  }
  template <class V>
  static line<V, inputs> filter(const line<V, taps>& g) {
    const auto even_a = all<V>(of_a) * V::fma(all<V>(aa), g[2], g[0]), odd_a = all<V>(of_a * a) * g[1];
    const auto even_b = all<V>(of_b) * V::fma(all<V>(bb), g[2], g[0]), odd_b = all<V>(of_b * b) * g[1];
    return {all<V>(1 / (aa * bb)) * g[0], even_a + odd_a, even_a - odd_a, even_b + odd_b, even_b - odd_b, g[2]};
  }
  template <class V>
  static line<V, taps> filter_adjoint(const line<V, inputs>& p) {
    const auto even_a = all<V>(of_a) * (p[1] + p[2]), odd_a = all<V>(of_a * a) * (p[1] - p[2]);
    const auto even_b = all<V>(of_b) * (p[3] + p[4]), odd_b = all<V>(of_b * b) * (p[3] - p[4]);
    return {V::fma(all<V>(1 / (aa * bb)), p[0], even_a + even_b), odd_a + odd_b,
            V::fma(all<V>(aa), even_a, V::fma(all<V>(bb), even_b, p[5]))};
  }

 private:
  template <class V>
  static auto all(double x) {
    return V::all(static_cast<typename V::real>(x));
  }
};

/// What memory and loops need to know of a transform.
struct extents {
  int outputs, points, stride, parities, window_taps;  ///< outputs of a line
};

/// Windows of `extent` pixels and a stride, along both axes: a window of stride 1 for each parity of rows and columns,
/// of the taps that are there, in the transform domain of lines. One product for each of the points of a tile.
template <class Line, int Stride, int Extent>
struct windows : Line {
  using along = Line;
  static constexpr int stride = Stride, extent = Extent, window_taps = extent * extent;
  static constexpr int points = Line::inputs * Line::inputs, parities = stride * stride;
  static constexpr extents sizes{Line::outputs, points, stride, parities, window_taps};
};
using halving = windows<f4_2, 2, 4>;          ///< 25 products for each parity and tile instead of 64
using halving_by_five = windows<f4_3, 2, 5>;  ///< 36 for each instead of, in the mean, 100
using keeping = windows<f4_3, 1, 3>;          ///< 36 instead of 144
using halving_f2 = windows<f2_2, 2, 4>;       ///< 9 instead of 16: of fewer numbers for each weight, and smaller tiles

/// A transform of lines along both axes, of From×From numbers to To×To: row(r) → line, and put(c, line) of a column of
/// the result. Rows are transformed as they come, so that few numbers wait for registers.
template <class V, int From, int To, class Row, class F, class Put>
[[gnu::always_inline]] inline void both_axes(Row row, F transform, Put put) {
  std::array<line<V, From>, To> turned;  // [column of the result][row]
#pragma GCC unroll 6
  for (int r = 0; r < From; ++r) {
    const line<V, To> along = transform(row(r));
#pragma GCC unroll 6
    for (int c = 0; c < To; ++c) turned[c][r] = along[c];
  }
#pragma GCC unroll 6
  for (int c = 0; c < To; ++c) put(c, transform(turned[c]));
}

/// A row, and a column, of a tile's points, `plane` from one to the next.
template <class V, class T, class Real>
[[gnu::always_inline]] inline line<V, T::inputs> row_at_points(const Real* from, int row, std::int64_t plane) {
  line<V, T::inputs> at;
#pragma GCC unroll 6
  for (int j = 0; j < T::inputs; ++j) at[j] = V::load(from + (row * T::inputs + j) * plane);
  return at;
}
template <class F, class T, class Real, class Line>
[[gnu::always_inline]] inline void put_column(Real* to, int column, std::int64_t plane, const Line& at) {
#pragma GCC unroll 6
  for (int i = 0; i < T::inputs; ++i) F::put(to + (i * T::inputs + column) * plane, at[i]);
}

}  // namespace hepgan::native::toom_cook
