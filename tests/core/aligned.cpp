// Blocks of numbers, large ones on pages of their own, and those that no memory holds.
#include <hepgan/core/aligned.hpp>

#include "catch.hpp"

using hepgan::aligned_block;

TEST_CASE("a block whose bytes cannot be counted is refused in a sentence") {
  const std::size_t wraps = SIZE_MAX / sizeof(double) + 2;  // times 8 is 8
  CHECK_THROWS_WITH(aligned_block<double>(wraps), has_text("memory: found a block of " + std::to_string(wraps) +
                                                           " numbers, expected at most 1152921504606846975"));
  CHECK_THROWS_WITH(aligned_block<float>(std::size_t(-1)), has_text("memory: found a block of -1 numbers"));
  CHECK(aligned_block<float>(0).data() == nullptr);
}

TEST_CASE("a large block begins a huge page, and is copied, moved and released as one") {
  const std::size_t many = 5 << 18;  // floats: 5 MB
  aligned_block<float> block(many), copy = block, small(100);
  CHECK(reinterpret_cast<std::uintptr_t>(block.data()) % hepgan::detail::huge_page == 0);
  CHECK(reinterpret_cast<std::uintptr_t>(small.data()) % hepgan::detail::cache_line == 0);
  CHECK(std::ranges::count(copy.span(), 0.f) == std::ptrdiff_t(many));
  copy.fill(1);
  small = std::move(copy), block = small;  // a block of another size is released as what it was
  CHECK(std::ranges::count(block.span(), 1.f) == std::ptrdiff_t(many));
}
