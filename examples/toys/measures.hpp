// How good generated points are.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

#include "distributions.hpp"

namespace toys {

/// Generated points are judged by so many of them (Srivastava et al., arXiv:1705.07761).
inline constexpr int judged = 2500;

struct figures {
  int modes = 0;        ///< centres that are nearest to at least one good point
  double good = 0;      ///< share of points within 3σ of the nearest centre: of real ones 1 − e^−4.5 = 98.9 %
  double distance = 0;  ///< sliced Wasserstein-1 distance to real points, in the papers' coordinates
};

/// Mean over directions of the mean distance between the sorted projections of as many real and generated points
/// (Rabin et al., "Wasserstein barycenter and its application to texture mixing", 2011, for the first power).
inline double sliced_wasserstein(std::span<const float> real, std::span<const float> fake) {
  constexpr int directions = 32;
  hepgan::expect_size("sliced_wasserstein", fake.size(), real.size());
  const std::size_t n = real.size() / 2;
  std::vector<double> a(n), b(n);
  double sum = 0;
  for (int k = 0; k < directions; ++k) {
    const double angle = k * std::numbers::pi / directions, c = std::cos(angle), s = std::sin(angle);
    for (std::size_t i = 0; i < n; ++i) {
      a[i] = c * real[2 * i] + s * real[2 * i + 1], b[i] = c * fake[2 * i] + s * fake[2 * i + 1];
      if (std::isnan(a[i]) || std::isnan(b[i])) return std::numeric_limits<double>::quiet_NaN();  // it has no order
    }
    std::ranges::sort(a), std::ranges::sort(b);
    for (std::size_t i = 0; i < n; ++i) sum += std::abs(a[i] - b[i]);
  }
  return sum / (directions * static_cast<double>(n));
}

/// Of points as networks see them, x, y, x, y …
inline figures judge(const distribution& d, std::span<const float> points) {
  std::vector<bool> found(d.centres.size());
  std::size_t good = 0;
  const std::size_t n = points.size() / 2;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = d.scale * points[2 * i], y = d.scale * points[2 * i + 1];
    double nearest = std::numeric_limits<double>::infinity();
    std::size_t whose = 0;
    for (std::size_t c = 0; c < d.centres.size(); ++c) {
      const double dx = x - d.centres[c].x, dy = y - d.centres[c].y;
      if (const double square = dx * dx + dy * dy; square < nearest) nearest = square, whose = c;
    }
    if (nearest <= 9 * d.sigma * d.sigma) ++good, found[whose] = true;
  }
  constexpr std::uint64_t others = 0x6a75646765;  // no training draws these
  std::vector<float> real(points.size());
  d.fill(real, others, 0);
  return {.modes = d.has_modes ? static_cast<int>(std::ranges::count(found, true)) : 0,
          .good = static_cast<double>(good) / static_cast<double>(n),
          .distance = d.scale * sliced_wasserstein(real, points)};
}

struct spread {
  double mean = 0, deviation = 0, median = 0;
};
/// Of at least one value; the standard deviation of one is no number.
inline spread spread_of(std::vector<double> values) {
  spread s;
  const double n = static_cast<double>(values.size());
  for (const double v : values) s.mean += v / n;
  for (const double v : values) s.deviation += (v - s.mean) * (v - s.mean);
  s.deviation = values.size() > 1 ? std::sqrt(s.deviation / (n - 1)) : std::nan("");
  std::ranges::sort(values);
  s.median = (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
  return s;
}

}  // namespace toys
