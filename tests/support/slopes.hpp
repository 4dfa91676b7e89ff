// Slopes in double against central differences, each step in proportion to the number that it moves.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace hepgan::test {

/// The largest difference between `slopes` and differences of value() as one of x after the other moves by ±h and ±2h
/// of itself (their error is of fourth order), in units of the largest slope; infinite if there is none, or a number is
/// not finite. What is 0 stays, and is not looked at.
template <class Value>
double slope_error(const std::vector<double>& slopes, std::vector<double>& x, double h, Value value) {
  double largest = 0, worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double start = x[i];
    if (start == 0) continue;
    const auto at = [&](double steps) { return x[i] = start * (1 + steps * h), value(); };
    const double once = at(1) - at(-1), twice = at(2) - at(-2);
    x[i] = start;
    const double error = std::abs((8 * once - twice) / (12 * h * start) - slopes[i]);
    if (!std::isfinite(error)) return std::numeric_limits<double>::infinity();
    worst = (std::max)(worst, error), largest = (std::max)(largest, std::abs(slopes[i]));
  }
  return largest > 0 ? worst / largest : std::numeric_limits<double>::infinity();
}

}  // namespace hepgan::test
