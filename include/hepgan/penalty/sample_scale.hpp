// Mean and spread of numbers: the unit in which observables and conditions are compared.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/rows.hpp>
#include <span>
#include <vector>

namespace hepgan::detail {

struct sample_scale {
  double mean, deviation;  ///< 1 where the numbers never vary: a difference then counts as it is
};
/// Of one number or more.
[[gnu::noinline]] inline sample_scale scale_of(std::span<const double> numbers) {
  const double n = static_cast<double>(numbers.size());
  double mean = 0, square = 0, least = numbers[0], most = least;
  for (const double x : numbers) mean += x / n, least = (std::min)(least, x), most = (std::max)(most, x);
  for (const double x : numbers) square += (x - mean) * (x - mean) / n;
  const bool varies = least < most && square != 0;  // of equal numbers, rounding would make a tiny deviation
  return {mean, varies ? std::sqrt(square) : 1};
}

/// One number of each event.
template <class Real>
[[gnu::noinline]] std::vector<double> column_of(rows<const Real> events, std::size_t k) {
  std::vector<double> column(events.size());
  for (std::size_t i = 0; i < column.size(); ++i) column[i] = events[i][k];
  return column;
}

}  // namespace hepgan::detail
