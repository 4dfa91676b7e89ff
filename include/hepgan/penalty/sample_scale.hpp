// Mean and spread of numbers: the unit in which observables and conditions are compared.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>

namespace hepgan::detail {

struct sample_scale {
  double mean, deviation;  ///< 1 where the numbers never vary: a difference then counts as it is
};
/// Of f(0), …, f(n − 1).
template <class F>
sample_scale scale_of(std::size_t n, F f) {
  double mean = 0, square = 0, least = f(0), most = least;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = f(i);
    mean += x / static_cast<double>(n), least = (std::min)(least, x), most = (std::max)(most, x);
  }
  for (std::size_t i = 0; i < n; ++i) square += (f(i) - mean) * (f(i) - mean) / static_cast<double>(n);
  return {mean, least < most ? std::sqrt(square) : 1};  // of equal numbers, rounding would make a tiny one
}

}  // namespace hepgan::detail
