// Where blocks of numbers lie: on the heap, or, in a program that links memkind, in memory near the cores (Knights
// Landing's MCDRAM) while there is any, else on the heap too. All translation units of a program choose alike. Large
// blocks ask Linux for huge pages: kernels walk through many matrices at once, each on pages of its own, of whose
// addresses a core remembers few.
#pragma once
#include <cstddef>
#include <new>
#ifndef HEPGAN_HAS_MEMKIND
#define HEPGAN_HAS_MEMKIND 0
#endif
#if HEPGAN_HAS_MEMKIND
#include <hbwmalloc.h>
#endif
#include <sys/mman.h>

namespace hepgan::detail {

inline constexpr std::size_t cache_line = 64, huge_page = 2 << 20;

/// Of a block, in bytes.
constexpr std::size_t alignment_of(std::size_t bytes) { return bytes < 2 * huge_page ? cache_line : huge_page; }

#if HEPGAN_HAS_MEMKIND
inline void* heap_block(std::size_t bytes) {
  void* made = nullptr;  // memkind's own policy is what is wanted, HBW_POLICY_PREFERRED
  if (hbw_posix_memalign(&made, alignment_of(bytes), bytes) != 0) throw std::bad_alloc();
  return made;
}
inline void release(void* p, std::size_t) { hbw_free(p); }
#else
inline void* heap_block(std::size_t bytes) { return ::operator new[](bytes, std::align_val_t(alignment_of(bytes))); }
inline void release(void* p, std::size_t bytes) { ::operator delete[](p, std::align_val_t(alignment_of(bytes))); }
#endif

inline void* allocate(std::size_t bytes) {
  void* const made = heap_block(bytes);
#ifdef MADV_HUGEPAGE
  if (alignment_of(bytes) == huge_page)
    madvise(made, bytes, MADV_HUGEPAGE);  // refused where a system has none: no matter
#endif
  return made;
}

}  // namespace hepgan::detail
