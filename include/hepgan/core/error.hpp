// One sentence for the user: what was wrong, where, what was found and what was expected.
#pragma once
#include <cmath>
#include <cstddef>
#include <hepgan/core/text.hpp>
#include <stdexcept>

namespace hepgan {

#ifdef __FINITE_MATH_ONLY__
static_assert(!__FINITE_MATH_ONLY__,
              "hepgan: -ffast-math and -Ofast take NaN for a number, and what is none would not be refused: add "
              "-fno-finite-math-only");
#endif

/// Thrown for bad input at run time (file, field, option, checkpoint, non-finite value). what() is one sentence.
struct error : std::runtime_error {
  using std::runtime_error::runtime_error;
  [[gnu::noinline]] error(std::initializer_list<word> sentence) : std::runtime_error(text_from(sentence)) {}
};

/// Refuses a span of the wrong length.
[[gnu::noinline]] inline void expect_size(const char* where, std::size_t found, std::size_t expected) {
  if (found != expected) throw error({where, ": found ", found, " numbers, expected ", expected});
}
/// Refuses a weight of an objective that would train towards nothing, or away.
[[gnu::noinline]] inline void expect_weight(const char* of, const char* name, double weight) {
  if (!(weight >= 0 && std::isfinite(weight)))
    throw error({of, ": found ", name, " = ", weight, ", expected a number from 0 on"});
}

}  // namespace hepgan
