// The one page that knows xsimd (8 and 13): vectors of as many numbers as a channel block asks for. `lanes` carries the
// arch, so that every kernel written over it is a symbol of that arch alone.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <hepgan/arch/arch.hpp>
#include <type_traits>
#include <utility>

#if defined(__GNUC__) && !defined(__clang__)  // g++ 12 warns of its own intrinsics (GCC bug 105593)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

namespace hepgan::native {

/// `widest`: numbers in the widest vector that the flags allow.
#if defined(__AVX512F__) && !defined(__AVX512BW__)  // xsimd 8's own choice for Knights Landing has no vectors of floats
template <class Arch, class Real>
inline constexpr int widest = 64 / sizeof(Real);
template <class Real, int Width, int Bytes = Width* int(sizeof(Real))>
using batch_of =
    xsimd::batch<Real, std::conditional_t<Bytes == 64, xsimd::avx512f,
                                          std::conditional_t<Bytes == 32, xsimd::fma3<xsimd::avx2>, xsimd::sse4_2>>>;
#else
template <class Arch, class Real>
inline constexpr int widest = static_cast<int>(xsimd::batch<Real>::size);
template <class Real, int Width>
using batch_of = xsimd::make_sized_batch_t<Real, Width>;
#endif

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

/// Vectors of Width numbers; with Width 1 the number itself, so that a kernel is written once.
template <class Arch, class Real, int Width>
struct lanes {
  using real = Real;
  using arch = Arch;
  using type = batch_of<Real, Width>;
  static constexpr int width = Width;
  static constexpr int registers = sizeof(Real) * Width == 64 ? 32 : 16;

  static type load(const Real* p) { return type::load_unaligned(p); }
  static void store(Real* p, type v) { v.store_unaligned(p); }
  /// To where a line of the cache begins and past the caches, if the vector is such a line: for what is read much
  /// later, by other threads after settle().
  static void stream(Real* p, type v) {
#if defined(__AVX512F__)
    if constexpr (sizeof(v) == 64)
      return _mm512_stream_si512(reinterpret_cast<__m512i*>(p), std::bit_cast<__m512i>(v.data));
#endif
    store(p, v);
  }
  static void settle() {
#if defined(__AVX512F__)
    _mm_sfence();
#endif
  }
  static type all(Real r) { return type(r); }
  static type fma(type a, type b, type c) { return xsimd::fma(a, b, c); }
  /// By halves: they are stored and read again, which is no more than shuffles cost, and the same with both versions.
  static Real sum(type v) {
    alignas(64) Real r[Width];
    store(r, v);
    if constexpr (Width * sizeof(Real) > 16) {
      using half = lanes<Arch, Real, Width / 2>;
      return half::sum(half::load(r) + half::load(r + Width / 2));
    } else {
      for (int n = Width / 2; n > 0; n /= 2)
        for (int i = 0; i < n; ++i) r[i] += r[i + n];
      return r[0];
    }
  }
  /// The numbers of a and b in turn, to p and on.
  static void store_in_turn(Real* p, type a, type b) {
    constexpr std::make_integer_sequence<int, Width> all{};
    store(p, type(detail::zip<Width, 0>(a.data, b.data, all)));
    store(p + Width, type(detail::zip<Width, Width / 2>(a.data, b.data, all)));
  }
  /// Rows become columns: in lanes of 16 bytes, within which CPUs move numbers at little cost, then lanes do.
  [[gnu::always_inline]] static void transpose(std::array<type, Width>& rows) {
    constexpr std::make_integer_sequence<int, Width> all{};
    constexpr int lane = 16 / sizeof(Real), lanes = Width / lane;
#pragma GCC unroll 2
    for (int n = 1; n < lane; n *= 2) {
      const std::array<type, Width> from = rows;
#pragma GCC unroll 4
      for (int r = 0; r < Width; r += lane)
#pragma GCC unroll 2
        for (int i = 0; i < lane / 2; ++i) {
          const auto a = from[r + i].data, b = from[r + i + lane / 2].data;
          rows[r + 2 * i] = type(detail::zip<lane, 0>(a, b, all));
          rows[r + 2 * i + 1] = type(detail::zip<lane, lane / 2>(a, b, all));
        }
    }
#pragma GCC unroll 2
    for (int n = 1; n < lanes; n *= 2) {
      const std::array<type, Width> from = rows;
#pragma GCC unroll 4
      for (int r = 0; r < lane; ++r)
#pragma GCC unroll 2
        for (int i = 0; i < lanes / 2; ++i) {
          const auto a = from[r + 2 * i * lane].data, b = from[r + (2 * i + 1) * lane].data;
          rows[r + i * lane] = type(detail::unzip<lane, 0>(a, b, all));
          rows[r + (i + lanes / 2) * lane] = type(detail::unzip<lane, 1>(a, b, all));
        }
    }
  }
  /// The sum of each row, whose numbers are lost: at each distance two rows become one, which holds both.
  [[gnu::always_inline]] static type sums(std::array<type, Width>& rows) {
    return sums<Width / 2>(rows, std::make_integer_sequence<int, Width>{});
  }
  /// Keeps v in a register: else the compiler folds its load into each use, and the load ports limit.
  static void keep([[maybe_unused]] type& v) {
#if defined(__AVX512F__)
    asm("" : "+v"(v.data));
#elif defined(__x86_64__)
    asm("" : "+x"(v.data));
#endif
  }

 private:
  template <int Far, int... I>
  [[gnu::always_inline]] static type sums(std::array<type, Width>& rows, std::integer_sequence<int, I...> all) {
#pragma GCC unroll 8
    for (int i = 0; i < Far; ++i) {
      const auto a = rows[i].data, b = rows[i + Far].data;
      const auto there = __builtin_shufflevector(b, a, (I & Far ? Width + I : I)...);
      rows[i] = type(__builtin_shufflevector(a, b, (I & Far ? Width + I : I)...)) +
                type(__builtin_shufflevector(there, there, (I ^ Far)...));
    }
    if constexpr (Far == 1)
      return rows[0];
    else
      return sums<Far / 2>(rows, all);
  }
};

template <class Arch, class Real>
struct lanes<Arch, Real, 1> {
  using real = Real;
  using arch = Arch;
  using type = Real;
  static constexpr int width = 1, registers = 16;
  static Real load(const Real* p) { return *p; }
  static void store(Real* p, Real v) { *p = v; }
  static void stream(Real* p, Real v) { *p = v; }
  static void settle() {}
  static Real all(Real r) { return r; }
  static Real fma(Real a, Real b, Real c) { return a * b + c; }
  static Real sum(Real v) { return v; }
  static void store_in_turn(Real* p, Real a, Real b) { p[0] = a, p[1] = b; }
  static void transpose(std::array<type, 1>&) {}
  static Real sums(std::array<type, 1>& rows) { return rows[0]; }
  static void keep(Real&) {}
};

/// Whatever the layout: for loops over flat arrays.
template <class Arch, class Real>
using widest_lanes = lanes<arch::cpu_of<Arch>, Real, widest<Arch, Real>>;

/// Numbers in the widest vector that divides a channel block.
template <class Arch, class Real>
constexpr int width_for(int block) {
  constexpr int w = widest<Arch, Real>;
  return block % w == 0 ? w : w == 16 && block % 8 == 0 ? 8 : 1;
}

/// f(lanes) with these vectors.
template <class Arch, class Real, class F>
void with_lanes(int block, F&& f) {
  constexpr int w = widest<Arch, Real>;
  if constexpr (Arch::block > 0)
    f(lanes<arch::cpu_of<Arch>, Real, width_for<Arch, Real>(Arch::block)>{});
  else if (const int width = width_for<Arch, Real>(block); width == w)
    f(lanes<arch::cpu_of<Arch>, Real, w>{});
  else if (width == 1)
    f(lanes<arch::cpu_of<Arch>, Real, 1>{});
  else
    f(lanes<arch::cpu_of<Arch>, Real, (std::min)(w, 8)>{});
}

}  // namespace hepgan::native
