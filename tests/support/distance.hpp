// How far apart numbers are, and a gradient from what differences say. Not by Approx with a margin, which is met too by
// what differs by 1e-5 of its own size.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

namespace hepgan::test {

/// Largest difference in units of the largest number that is expected; infinite where one is not finite, or these are
/// not as many.
template <class Found, class Expected>
double distance(const Found& found, const Expected& expected) {
  if (found.size() != expected.size()) return std::numeric_limits<double>::infinity();
  double largest = 1e-30, apart = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double error = std::abs(double(found[i]) - double(expected[i]));
    if (!std::isfinite(error)) return std::numeric_limits<double>::infinity();
    largest = (std::max)(largest, std::abs(double(expected[i]))), apart = (std::max)(apart, error);
  }
  return apart / largest;
}

/// Steps in proportion to the numbers that they move. What is 0 stays, and is not looked at.
inline auto in_proportion(double h) {
  return [h](double number) { return h * number; };
}

/// The distance of gradient d from central differences of value(), as `set(i, number)` moves one of `numbers` after the
/// other, and leaves it as it was. Their error is of fourth order in the step h, a number or a function of what it
/// moves; no kink may be nearer than 2h. A gradient that is nothing agrees with none.
template <class Gradient, class Numbers, class Step, class Set, class Value>
double difference(const Gradient& d, const Numbers& numbers, Step step, Set set, Value value) {
  std::vector<double> numeric(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double start = numbers[i];
    double h;
    if constexpr (std::is_arithmetic_v<Step>)
      h = step;
    else
      h = step(start);
    if (h == 0) {
      numeric[i] = d[i];
      continue;
    }
    const auto at = [&](double x) { return set(i, x), value(); };
    const double once = at(start + h) - at(start - h), twice = at(start + 2 * h) - at(start - 2 * h);
    set(i, start);
    numeric[i] = (8 * once - twice) / (12 * h);
  }
  const bool nothing = !numeric.empty() && std::all_of(d.begin(), d.end(), [](double s) { return s == 0; });
  return nothing ? std::numeric_limits<double>::infinity() : distance(d, numeric);
}
/// Of a vector that value() reads.
template <class Step, class Value>
double difference(const std::vector<double>& d, std::vector<double>& x, Step step, Value value) {
  return difference(
      d, x, step, [&](std::size_t i, double to) { x[i] = to; }, value);
}

}  // namespace hepgan::test
