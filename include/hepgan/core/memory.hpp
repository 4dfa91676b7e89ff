// Where blocks of numbers lie: on the heap, or, in a program that links memkind, in memory near the cores (Knights
// Landing's MCDRAM) while there is any, else on the heap too. All translation units of a program choose alike.
#pragma once
#include <cstddef>
#include <new>
#if HEPGAN_HAS_MEMKIND
#include <hbwmalloc.h>
#endif

namespace hepgan::detail {

inline constexpr std::size_t cache_line = 64;

#if HEPGAN_HAS_MEMKIND
inline void* allocate(std::size_t bytes) {
  void* made = nullptr;  // memkind's own policy is what is wanted, HBW_POLICY_PREFERRED
  if (hbw_posix_memalign(&made, cache_line, bytes) != 0) throw std::bad_alloc();
  return made;
}
inline void release(void* p) { hbw_free(p); }
#else
inline void* allocate(std::size_t bytes) { return ::operator new[](bytes, std::align_val_t(cache_line)); }
inline void release(void* p) { ::operator delete[](p, std::align_val_t(cache_line)); }
#endif

}  // namespace hepgan::detail
