// The area under the ROC curve of a score: the probability that an event of the one kind scores above one of the other.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace hepgan {

/// By ranks: the share of pairs in which `above` scores higher, equal ones counted half (Mann and Whitney 1947; Hanley
/// and McNeil 1982). NaN where a score is NaN, or where there is no pair.
inline double auc(std::span<const float> above, std::span<const float> below) {
  bool lost = above.empty() || below.empty();
  for (const float score : above) lost |= std::isnan(score);
  for (const float score : below) lost |= std::isnan(score);
  if (lost) return std::numeric_limits<double>::quiet_NaN();
  std::vector<float> sorted(below.begin(), below.end());
  std::sort(sorted.data(), sorted.data() + sorted.size());
  std::int64_t twice = 0;
  for (const float score : above) {
    const auto [from, to] = std::equal_range(sorted.data(), sorted.data() + sorted.size(), score);
    twice += (from - sorted.data()) + (to - sorted.data());
  }
  return 0.5 * static_cast<double>(twice) / (static_cast<double>(above.size()) * static_cast<double>(below.size()));
}

/// An area with its standard error.
struct auc_estimate {
  double value = 0.5, error = 0;
};

/// The standard error of an area A that n and m events gave (Hanley and McNeil 1982, equation 2): with Q₁ = A/(2 − A)
/// and Q₂ = 2A²/(1 + A),  σ² = (A(1 − A) + (n − 1)(Q₁ − A²) + (m − 1)(Q₂ − A²)) / nm.
inline double auc_error(double a, std::int64_t n, std::int64_t m) {
  const double q1 = a / (2 - a), q2 = 2 * a * a / (1 + a), above = double(n), below = double(m);
  const double nm_variance = a * (1 - a) + (above - 1) * (q1 - a * a) + (below - 1) * (q2 - a * a);
  return nm_variance > 0 ? std::sqrt(nm_variance / (above * below)) : nm_variance <= 0 ? 0 : nm_variance;
}

}  // namespace hepgan
