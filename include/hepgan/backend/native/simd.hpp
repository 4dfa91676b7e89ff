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

/// Vectors of Width numbers; with Width 1 the number itself, so that a kernel is written once.
template <class Arch, class Real, int Width>
struct lanes {
  using real = Real;
  using arch = Arch;
  using type = batch_of<Real, Width>;
  using floats = lanes;                             ///< what products add up in
  static constexpr int width = Width, factors = 1;  ///< numbers in each place: bf16.hpp has pairs
  static constexpr int registers = sizeof(Real) * Width == 64 ? 32 : 16;

  static type load(const Real* p) { return type::load_unaligned(p); }
  static void store(Real* p, type v) { v.store_unaligned(p); }
  static void put(Real* p, type v) { store(p, v); }  ///< as factors
  template <class F>
  static Real place(F number) {  ///< of one factor
    return number(0);
  }
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
  /// By halves: they are stored and read again, which is no more than shuffles cost, and the same with both versions. A
  /// call: it stands in many kernels, behind their loops.
  [[gnu::noinline]] static Real sum(type v) {
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
  /// Keeps v in a register: else the compiler folds its load into each use, and the load ports limit.
  static void keep([[maybe_unused]] type& v) {
#if defined(__AVX512F__)
    asm("" : "+v"(v.data));
#elif defined(__x86_64__)
    asm("" : "+x"(v.data));
#endif
  }
};

template <class Arch, class Real>
struct lanes<Arch, Real, 1> {
  using real = Real;
  using arch = Arch;
  using type = Real;
  using floats = lanes;
  static constexpr int width = 1, factors = 1, registers = 16;
  static Real load(const Real* p) { return *p; }
  static void store(Real* p, Real v) { *p = v; }
  static void put(Real* p, Real v) { *p = v; }
  template <class F>
  static Real place(F number) {
    return number(0);
  }
  static void stream(Real* p, Real v) { *p = v; }
  static void settle() {}
  static Real all(Real r) { return r; }
  static Real fma(Real a, Real b, Real c) { return a * b + c; }
  static Real sum(Real v) { return v; }
  static void keep(Real&) {}
};

/// Whatever the layout: for loops over flat arrays.
template <class Arch, class Real>
using widest_lanes = lanes<arch::current, Real, widest<Arch, Real>>;

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
    f(lanes<arch::current, Real, width_for<Arch, Real>(Arch::block)>{});
  else if (const int width = width_for<Arch, Real>(block); width == w)
    f(lanes<arch::current, Real, w>{});
  else if (width == 1)
    f(lanes<arch::current, Real, 1>{});
  else
    f(lanes<arch::current, Real, (std::min)(w, 8)>{});
}

}  // namespace hepgan::native
