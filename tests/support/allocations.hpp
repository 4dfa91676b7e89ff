// Every allocation of the process, oneDNN's own among them, is counted where all of them end: in malloc and its kin.
// For one translation unit of a program, and for none with a sanitizer, whose malloc it would replace.
#pragma once
#include <atomic>
#include <cerrno>
#include <cstdlib>
#if __has_include(<mm_malloc.h>)
#include <mm_malloc.h>  // clang 14 declares posix_memalign there, and wants to be first
#endif

namespace {
std::atomic<long> allocations{0};
}
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t n) noexcept { return ++allocations, __libc_malloc(n); }
void* calloc(std::size_t n, std::size_t size) noexcept { return ++allocations, __libc_calloc(n, size); }
void* realloc(void* p, std::size_t n) noexcept { return ++allocations, __libc_realloc(p, n); }
void* aligned_alloc(std::size_t align, std::size_t n) noexcept { return ++allocations, __libc_memalign(align, n); }
int posix_memalign(void** p, std::size_t align, std::size_t n) noexcept {
  return (*p = aligned_alloc(align, n)) ? 0 : ENOMEM;
}
}
