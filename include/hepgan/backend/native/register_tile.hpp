// The heart of the kernels that sum scalars times vectors: a tile of rows × one or two vectors of sums in registers.
#pragma once
#include <hepgan/backend/native/simd.hpp>

namespace hepgan::native {

/// Unrolled and inlined by order, or the sums would lie in memory at -O2. The two vectors that multiply are no array:
/// g++ would store it.
template <class V, int Rows, int Vectors>
struct register_tile {
  static_assert(Vectors == 1 || Vectors == 2);
  typename V::type sum[Rows][Vectors];

  [[gnu::always_inline]] register_tile() {
#pragma GCC unroll 16
    for (auto& row : sum)
#pragma GCC unroll 2
      for (auto& v : row) v = V::all(0);
  }
  /// sum[r][v] += scalar(r) · the vector at vector(v), of those rows whose bit is set.
  template <class Scalar, class Vector>
  [[gnu::always_inline]] void add_product(Scalar scalar, Vector vector, unsigned rows = ~0u) {
    auto first = V::load(vector(0)), second = first;
    V::keep(first);
    if constexpr (Vectors == 2) second = V::load(vector(1)), V::keep(second);
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      if (!(rows >> r & 1)) continue;
      auto left = V::all(scalar(r));
      if constexpr (Vectors == 2) V::keep(left);  // read once
      sum[r][0] = V::fma(left, first, sum[r][0]);
      if constexpr (Vectors == 2) sum[r][1] = V::fma(left, second, sum[r][1]);
    }
  }
  /// sum[r][v] += the vector at from(r, v).
  template <class From>
  [[gnu::always_inline]] void add(From from) {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) sum[r][v] = sum[r][v] + V::load(from(r, v));
  }
  /// Each vector to to(r, v), or past the caches.
  template <bool Past = false, class To>
  [[gnu::always_inline]] void store(To to) const {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r)
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; ++v) Past ? V::stream(to(r, v), sum[r][v]) : V::store(to(r, v), sum[r][v]);
  }
};

}  // namespace hepgan::native
