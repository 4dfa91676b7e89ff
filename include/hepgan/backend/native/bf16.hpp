// Products of numbers in bf16, whose sums are floats: a vector holds pairs of them, and a product adds both to a sum.
// By one instruction where the flags allow it (AVX512_BF16), which takes subnormal numbers for zero, else by halves,
// the lower ones first: sums differ in their last bits.
#pragma once
#include <cstring>
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/backend/op.hpp>

namespace hepgan::native {

/// Vectors of V's floats whose bits are pairs of numbers in bf16, the first in the lower half.
template <class V>
struct pairs : V {
  using real = typename V::real;
  using type = typename V::type;
  using floats = V;
  static_assert(std::is_same_v<real, float> && V::width > 1);
  static constexpr int width = V::width, factors = 2;

  /// c plus the products of both numbers of each pair.
  static type fma(type a, type b, type c) {
#if defined(__AVX512BF16__) && defined(__AVX512VL__)
    if constexpr (width == 16)
      return type(_mm512_dpbf16_ps(c.data, std::bit_cast<__m512bh>(a.data), std::bit_cast<__m512bh>(b.data)));
    else if constexpr (width == 8)
      return type(_mm256_dpbf16_ps(c.data, std::bit_cast<__m256bh>(a.data), std::bit_cast<__m256bh>(b.data)));
#endif
    return V::fma(upper(a), upper(b), V::fma(lower(a), lower(b), c));
  }
  /// Neighbours become pairs: half as many places.
  static void put(real* to, type v) {
    std::array<real, width / 2> half;
#if defined(__AVX512BF16__) && defined(__AVX512VL__)
    if constexpr (width == 16)
      half = std::bit_cast<decltype(half)>(_mm512_cvtneps_pbh(v.data));
    else if constexpr (width == 8)
      half = std::bit_cast<decltype(half)>(_mm256_cvtneps_pbh(v.data));
    else
#endif
      half = std::bit_cast<decltype(half)>(second_of_two(std::bit_cast<shorts>(rounded(v)), halves{}));
    std::memcpy(to, &half, sizeof half);
  }
  /// One pair, of the numbers number(0) and number(1).
  template <class F>
  static real place(F number) {
    std::array<real, width> both{};
    V::store(both.data(), pair(V::all(number(0)), V::all(number(1))));
    return both[0];
  }
  /// The numbers of a, each with that of b.
  static type pair(type a, type b) { return from_bits((rounded(a) >> 16) | (rounded(b) & high)); }
  /// Of the pairs that `put` made of a and then of b, the ones that `pair` makes of them.
  static type turn(type ab) { return type(std::bit_cast<data>(in_turn(std::bit_cast<shorts>(ab.data), halves{}))); }
  /// The same of what `put` made of a alone: b is zero.
  static type turn_first(const real* from) {
    std::array<real, width> ab{};
    std::memcpy(&ab, from, sizeof ab / 2);
    return turn(V::load(ab.data()));
  }

 private:
  using data = decltype(type{}.data);
  using halves = std::make_integer_sequence<int, width>;
  typedef std::uint32_t bits __attribute__((vector_size(sizeof(data))));
  typedef std::uint16_t shorts __attribute__((vector_size(sizeof(data))));
  static constexpr std::uint32_t high = 0xffff0000;

  static type from_bits(bits b) { return type(std::bit_cast<data>(b)); }
  static type upper(type v) { return from_bits(std::bit_cast<bits>(v.data) & high); }
  static type lower(type v) { return from_bits(std::bit_cast<bits>(v.data) << 16); }
  /// To the nearest number in bf16, of two as near the even one, in the upper half of each; NaN stays one.
  static bits rounded(type v) {
    const bits b = std::bit_cast<bits>(v.data), none = bits((b << 1) > 0xff000000);
    return ((b + 0x7fff + ((b >> 16) & 1)) & ~none) | ((b | 0x400000) & none);
  }
  template <int... I>
  static auto second_of_two(shorts s, std::integer_sequence<int, I...>) {
    return __builtin_shufflevector(s, s, (2 * I + 1)...);
  }
  template <int... I>
  static shorts in_turn(shorts s, std::integer_sequence<int, I...>) {
    return __builtin_shufflevector(s, s, I / 2 + I % 2 * width..., (I / 2 + width / 2 + I % 2 * width)...);
  }
};

/// Lanes whose products are of this precision. Single numbers make no pairs: layers in bf16 lie in blocks of vectors.
template <precision P, class V>
using products_in = std::conditional_t<P == precision::bf16 && (V::width > 1), pairs<V>, V>;

/// f(lanes) with the vectors that a channel block has for factors of such products.
template <class Arch, precision Products, class Real, class F>
void with_factors(int block, F f) {
  with_lanes<Arch, Real>(block, [&]<class V>(V) { f(products_in<Products, V>{}); });
}

}  // namespace hepgan::native
