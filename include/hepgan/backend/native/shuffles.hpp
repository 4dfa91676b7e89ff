// Numbers that change their places among vectors: in turn, squares transposed, rows summed.
#pragma once
#include <array>
#include <hepgan/backend/native/simd.hpp>

namespace hepgan::native {
namespace detail {

/// Of two vectors in turn the numbers of the lower half of each `lane`, or, from its middle on, of the upper ones.
template <int Lane, int From, class T, int... I>
T zip(T a, T b, std::integer_sequence<int, I...>) {
  constexpr int width = sizeof...(I);
  return __builtin_shufflevector(a, b, (I / Lane * Lane + From + I % Lane / 2 + I % 2 * width)...);
}
/// Of one vector and then of the other each second lane, from this one on.
template <int Lane, int From, class T, int... I>
T unzip(T a, T b, std::integer_sequence<int, I...>) {
  return __builtin_shufflevector(a, b, ((I / Lane * 2 + From) * Lane + I % Lane)...);
}

}  // namespace detail

/// The numbers of a and b in turn, to p and on.
template <class V, class Real, class Vector = typename V::type>
void store_in_turn(Real* p, Vector a, Vector b) {
  if constexpr (constexpr int n = V::width; n == 1) {
    p[0] = a, p[1] = b;
  } else {
    constexpr std::make_integer_sequence<int, n> all{};
    V::store(p, Vector(detail::zip<n, 0>(a.data, b.data, all)));
    V::store(p + n, Vector(detail::zip<n, n / 2>(a.data, b.data, all)));
  }
}

/// Rows become columns: in lanes of 16 bytes, within which CPUs move numbers at little cost, then lanes do.
template <class V>
[[gnu::always_inline]] inline void transpose_rows(std::array<typename V::type, V::width>& rows) {
  if constexpr (V::width > 1) {
    using vector = typename V::type;
    constexpr std::make_integer_sequence<int, V::width> all{};
    constexpr int lane = 16 / sizeof(typename V::real), lanes = V::width / lane;
#pragma GCC unroll 2
    for (int n = 1; n < lane; n *= 2) {
      const auto from = rows;
#pragma GCC unroll 4
      for (int r = 0; r < V::width; r += lane)
#pragma GCC unroll 2
        for (int i = 0; i < lane / 2; ++i) {
          const auto a = from[r + i].data, b = from[r + i + lane / 2].data;
          rows[r + 2 * i] = vector(detail::zip<lane, 0>(a, b, all));
          rows[r + 2 * i + 1] = vector(detail::zip<lane, lane / 2>(a, b, all));
        }
    }
#pragma GCC unroll 2
    for (int n = 1; n < lanes; n *= 2) {
      const auto from = rows;
#pragma GCC unroll 4
      for (int r = 0; r < lane; ++r)
#pragma GCC unroll 2
        for (int i = 0; i < lanes / 2; ++i) {
          const auto a = from[r + 2 * i * lane].data, b = from[r + (2 * i + 1) * lane].data;
          rows[r + i * lane] = vector(detail::unzip<lane, 0>(a, b, all));
          rows[r + (i + lanes / 2) * lane] = vector(detail::unzip<lane, 1>(a, b, all));
        }
    }
  }
}

namespace detail {

template <class V, int Far, int... I>
[[gnu::always_inline]] inline auto fold_rows(std::array<typename V::type, V::width>& rows,
                                             std::integer_sequence<int, I...> all) {
  using vector = typename V::type;
#pragma GCC unroll 8
  for (int i = 0; i < Far; ++i) {
    const auto a = rows[i].data, b = rows[i + Far].data;
    const auto there = __builtin_shufflevector(b, a, (I & Far ? V::width + I : I)...);
    rows[i] = vector(__builtin_shufflevector(a, b, (I & Far ? V::width + I : I)...)) +
              vector(__builtin_shufflevector(there, there, (I ^ Far)...));
  }
  if constexpr (Far == 1)
    return rows[0];
  else
    return fold_rows<V, Far / 2>(rows, all);
}

}  // namespace detail

/// The sum of each row, whose numbers are lost: at each distance two rows become one, which holds both.
template <class V>
[[gnu::always_inline]] inline auto sums_of_rows(std::array<typename V::type, V::width>& rows) {
  if constexpr (V::width == 1)
    return rows[0];
  else
    return detail::fold_rows<V, V::width / 2>(rows, std::make_integer_sequence<int, V::width>{});
}

}  // namespace hepgan::native
