// What a CPU offers, read once from the compiler's own macros, but for what only the CPU at hand can tell. Every native
// kernel whose code depends on it takes the arch as a template argument; a network's layout follows it too, so that all
// translation units of a program are built for one and the same CPU.
#pragma once
#include <type_traits>

namespace hepgan::arch {

/// What holds of each CPU unless it says otherwise.
struct usual {
  static constexpr int block = 0;             ///< channel block that kernels are compiled for; 0: chosen at run time
  static constexpr int cache = 1 << 20;       ///< bytes of a core's second cache that kernels count on
  static constexpr int last_cache = 1 << 24;  ///< bytes, of more than which the first are in no cache any more
  static constexpr int tiles = 64;            ///< of images that kernels in the transform domain take at once, at most
  /// The same where no gradient of weights is summed: weights are read more often, but images stay in a core's cache.
  static int passing_tiles() { return 16; }
};

/// AVX-512 on units of 256 bits, as Zen 4 has it: weights then have twice as long to come. No flag tells of it.
inline bool is_double_pumped() {
#ifdef __x86_64__
  return __builtin_cpu_is("amdfam19h");
#else
  return false;
#endif
}

struct generic : usual {  ///< no flags: baseline x86-64 or anything else
  static constexpr const char* name = "generic";
  static constexpr int lanes = 8;
};
struct avx2 : usual {
  static constexpr const char* name = "avx2";
  static constexpr int lanes = 8;
};
struct avx512 : usual {
  static constexpr const char* name = "avx512";
  static constexpr int lanes = 16;
  static constexpr int tiles = 128;
  static int passing_tiles() { return is_double_pumped() ? usual::passing_tiles() : tiles; }
};
struct knl : usual {  ///< AVX-512 F and CD alone; two cores share 1 MB of second cache, and no third is behind it
  static constexpr const char* name = "knl";
  static constexpr int lanes = 16;
  static constexpr int cache = 1 << 19;
  static constexpr int tiles = 128;
  static int passing_tiles() { return tiles; }
};

#if defined(__AVX512F__) && defined(__AVX512BW__)
using current = avx512;
#elif defined(__AVX512F__)
using current = knl;
#elif defined(__AVX2__) && defined(__FMA__)
using current = avx2;
#else
using current = generic;
#endif

/// For people: a build without flags runs anywhere, several times slower than this CPU could.
inline constexpr const char* advice =
    std::is_same_v<current, generic> ? "generic: slow, build with -march=native or HEPGAN_ARCH" : current::name;

/// The same CPU for one channel block: only that block's loops are compiled.
template <class Arch, int Block>
struct blocked : Arch {
  static constexpr int block = Block;
};

/// What the instructions of a kernel depend on: the flags, and the channel block. What reads no other size of a CPU is
/// compiled once for all of them.
template <class Arch>
using compiled_for = std::conditional_t<Arch::block == 0, current, blocked<current, Arch::block>>;

}  // namespace hepgan::arch
