// The two-sample Kolmogorov-Smirnov test: the largest distance of two empirical distributions.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/error.hpp>
#include <numbers>
#include <utility>
#include <vector>

namespace hepgan::physics {

/// −ln p is clipped here; an empty sample has this value too.
inline constexpr double ks_limit = 700;

/// D = sup |F_a − F_b|. Equal values step both distributions at once, so ties (jet counts) are treated right.
/// A value that is not a number has no place in either: an error.
inline double ks_distance(std::vector<float> a, std::vector<float> b) {
  if (a.empty() || b.empty()) return 1;
  const auto lost = [](float x) { return std::isnan(x); };
  if (std::ranges::any_of(a, lost) || std::ranges::any_of(b, lost))
    throw error("KS: found a value that is not a number, expected numbers");
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  double distance = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const float x = (std::min)(a[i], b[j]);
    while (i < a.size() && a[i] <= x) ++i;
    while (j < b.size() && b[j] <= x) ++j;
    distance = (std::max)(distance, std::abs(double(i) / double(a.size()) - double(j) / double(b.size())));
  }
  return distance;
}

/// Kolmogorov's Q(x) = 2 Σ (−1)^(k−1) exp(−2k²x²). Below x = 1 that series converges slowly, and oscillates at x → 0:
/// there Jacobi's dual Q(x) = 1 − √(2π)/x Σ exp(−(2k−1)²π²/(8x²)) is used, which tends to 1.
inline double kolmogorov_q(double x) {
  if (!(x > 0.04)) return 1;  // 1 − Q < 1e-300, and 1/x² stays finite
  double sum = 0;
  if (x < 1) {
    const double c = std::numbers::pi * std::numbers::pi / (8 * x * x);
    for (int k = 1; k <= 5; ++k) sum += std::exp(-(2.0 * k - 1) * (2.0 * k - 1) * c);
    return std::clamp(1 - std::sqrt(2 * std::numbers::pi) / x * sum, 0.0, 1.0);
  }
  for (int k = 1; k <= 6; ++k) sum += (k % 2 ? 2 : -2) * std::exp(-2.0 * k * k * x * x);
  return std::clamp(sum, 0.0, 1.0);
}

/// p = Q((√e + 0.12 + 0.11/√e)·D) with e = n₁n₂/(n₁+n₂) (Stephens 1970).
inline double ks_probability(double d, double n1, double n2) {
  const double root = std::sqrt(n1 * n2 / (n1 + n2));
  return kolmogorov_q((root + 0.12 + 0.11 / root) * d);
}

/// −ln p of a probability, from 0 to ks_limit.
inline double minus_log(double p) { return p > 0 ? std::clamp(0.0 - std::log(p), 0.0, ks_limit) : ks_limit; }

/// −ln p: 1 on average for independent numbers of one continuous distribution, less where many are equal; 700 at most.
inline double ks(std::vector<float> a, std::vector<float> b) {
  if (a.empty() || b.empty()) return ks_limit;
  const auto n1 = static_cast<double>(a.size()), n2 = static_cast<double>(b.size());
  return minus_log(ks_probability(ks_distance(std::move(a), std::move(b)), n1, n2));
}

}  // namespace hepgan::physics
