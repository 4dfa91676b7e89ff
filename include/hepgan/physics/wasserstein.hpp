// The Wasserstein-1 or earth mover's distance of two samples of numbers, in their unit: by how much, on average, the
// values of one must move to become the other. KS says how surely two samples differ, this by how much.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/error.hpp>
#include <limits>
#include <vector>

namespace hepgan::physics {

/// ∫ |F_a − F_b| dx of the empirical distributions, exactly, for samples of any two sizes (Vallender 1974). Infinite
/// where one is empty: nothing can become something.
inline double wasserstein_1(std::vector<float> a, std::vector<float> b) {
  if (a.empty() || b.empty()) return std::numeric_limits<double>::infinity();
  const auto finite = [](float x) { return std::isfinite(x); };
  if (!std::ranges::all_of(a, finite) || !std::ranges::all_of(b, finite))
    throw error("Wasserstein distance: found a value that is not finite, expected finite numbers");
  std::ranges::sort(a), std::ranges::sort(b);
  const double na = static_cast<double>(a.size()), nb = static_cast<double>(b.size());
  double area = 0, at = (std::min)(a[0], b[0]);
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    const float x = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    area += std::abs(double(i) / na - double(j) / nb) * (x - at);
    at = x;
    while (i < a.size() && a[i] == x) ++i;
    while (j < b.size() && b[j] == x) ++j;
  }
  return area;
}

}  // namespace hepgan::physics
