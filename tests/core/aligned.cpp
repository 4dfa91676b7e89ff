// Blocks of numbers that no memory holds.
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
