// Toom–Cook F(4, 2): four outputs of a two-tap filter from five products instead of eight; in two dimensions, along
// both axes, 25 instead of 64 (Winograd 1980; Lavin and Gray 2016). At the points 0, 1, −1, 2 and ∞ a line of outputs
// is y = Aᵀ[(G g) ⊙ (Bᵀ d)], d being five inputs and g two taps. Adjoints carry gradients back: d′ = B[(G g) ⊙ (A y′)]
// and g′ = Gᵀ[(Bᵀ d) ⊙ (A y′)].
#pragma once
#include <array>

namespace hepgan::native::toom_cook {

constexpr int outputs = 4, taps = 2, inputs = 5;  ///< of a line, which is evaluated at as many points as it has inputs
constexpr int points = inputs * inputs;           ///< of a tile: one product each

template <class V, int N>
using line = std::array<typename V::type, N>;
/// [row][column]
template <class V, int N>
using square = std::array<line<V, N>, N>;

/// Bᵀ: the inputs of a line at the points.
template <class V>
line<V, inputs> input_transform(const line<V, inputs>& d) {
  const auto two = V::all(2), t = d[3] - d[1];
  return {V::fma(two, d[0] - d[2], t), d[1] + d[2] - t, V::fma(V::all(3), d[2] - d[1], V::all(0) - t), t,
          V::fma(V::all(-2), t, d[4] - d[2])};
}
/// B: back.
template <class V>
line<V, inputs> input_adjoint(const line<V, inputs>& p) {
  const auto two = V::all(2), t = p[0] - p[1] - p[2] + p[3] - two * p[4];
  return {two * p[0], two * (p[1] - p[2]) - p[0] - p[3] + two * p[4], V::fma(V::all(3), p[2], p[1] - p[4]) - two * p[0],
          t, p[4]};
}
/// Aᵀ: the outputs of a line from its products.
template <class V>
line<V, outputs> output_transform(const line<V, inputs>& p) {
  const auto sum = p[1] + p[2], difference = p[1] - p[2];
  return {p[0] + sum + p[3], V::fma(V::all(2), p[3], difference), V::fma(V::all(4), p[3], sum),
          V::fma(V::all(8), p[3], difference + p[4])};
}
/// A: back.
template <class V>
line<V, inputs> output_adjoint(const line<V, outputs>& y) {
  const auto even = y[0] + y[2], odd = y[1] + y[3];
  const auto at_two = V::fma(V::all(8), y[3], V::fma(V::all(4), y[2], V::fma(V::all(2), y[1], y[0])));
  return {y[0], even + odd, even - odd, at_two, y[3]};
}
/// G: the taps at the points.
template <class V>
line<V, inputs> filter_transform(const line<V, taps>& g) {
  using real = typename V::real;
  const auto half = V::all(real(1) / 2), third = V::all(real(1) / 3), sixth = V::all(real(1) / 6);
  return {half * g[0], half * (g[0] + g[1]), sixth * (g[0] - g[1]), V::fma(third, g[1], sixth * g[0]), g[1]};
}
/// Gᵀ: back.
template <class V>
line<V, taps> filter_adjoint(const line<V, inputs>& p) {
  using real = typename V::real;
  const auto half = V::all(real(1) / 2), third = V::all(real(1) / 3), sixth = V::all(real(1) / 6);
  return {V::fma(half, p[0] + p[1], sixth * (p[2] + p[3])),
          V::fma(half, p[1], V::fma(third, p[3], p[4] - sixth * p[2]))};
}

/// A transform of lines along both axes: From×From numbers to To×To.
template <class V, int From, int To, class F>
square<V, To> both_axes(const square<V, From>& from, F transform) {
  std::array<line<V, From>, To> turned;  // [column of the result][row]
#pragma GCC unroll 5
  for (int r = 0; r < From; ++r) {
    const line<V, To> along = transform(from[r]);
#pragma GCC unroll 5
    for (int c = 0; c < To; ++c) turned[c][r] = along[c];
  }
  square<V, To> to;
#pragma GCC unroll 5
  for (int c = 0; c < To; ++c) {
    const line<V, To> down = transform(turned[c]);
#pragma GCC unroll 5
    for (int r = 0; r < To; ++r) to[r][c] = down[r];
  }
  return to;
}

}  // namespace hepgan::native::toom_cook
