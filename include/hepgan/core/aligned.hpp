// An owned block of numbers, aligned to a cache line, zero when made.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/memory.hpp>
#include <span>
#include <utility>

namespace hepgan {

template <class Real>
class aligned_block {
 public:
  aligned_block() = default;
  explicit aligned_block(std::size_t n) : data_(zeros(n)), size_(n) {}
  [[gnu::noinline]] aligned_block(const aligned_block& other) : data_(allocate(other.size_)), size_(other.size_) {
    std::copy_n(other.data_, size_, data_);
  }
  aligned_block(aligned_block&& other) noexcept { swap(other); }
  aligned_block& operator=(aligned_block other) noexcept {
    swap(other);
    return *this;
  }
  ~aligned_block() { detail::release(data_, size_ * sizeof(Real)); }

  void swap(aligned_block& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }
  void fill(Real value) { std::fill_n(data_, size_, value); }
  Real* data() const { return data_; }  // the block is a handle: constness is its owner's business
  std::size_t size() const { return size_; }
  std::span<Real> span() const { return {data_, size_}; }

 private:
  // owners have many blocks: one call each
  [[gnu::noinline]] static Real* zeros(std::size_t n) {
    Real* made = allocate(n);
    std::fill_n(made, n, Real(0));
    return made;
  }
  static Real* allocate(std::size_t n) {
    constexpr std::size_t most = PTRDIFF_MAX / sizeof(Real);  // sizes below 0 are beyond it, too
    if (n > most) throw error({"memory: found a block of ", n, " numbers, expected at most ", most});
    return n ? static_cast<Real*>(detail::allocate(n * sizeof(Real))) : nullptr;
  }
  Real* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hepgan
