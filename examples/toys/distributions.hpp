// The distributions in the plane that generative models are tried on, in the coordinates of the papers.
#pragma once
#include <cmath>
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/random.hpp>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

namespace toys {

struct point {
  double x, y;
};

/// Equal Gaussians around centres. Networks see points divided by `scale`, about the standard deviation of a
/// coordinate.
struct distribution {
  std::string_view name;
  bool has_modes;  ///< the centres are modes that can be missed, not places along a curve
  double sigma, scale;
  std::vector<point> centres;

  /// Point `index` of the seed, as networks see it.
  point draw(std::uint64_t seed, std::uint64_t index) const {
    const hepgan::random_stream random(seed, hepgan::purpose::user);
    const std::uint64_t first = 8 * index;  // two blocks of four random words for each point
    const auto& c = centres[static_cast<std::size_t>(random.uniform(first) * static_cast<double>(centres.size()))];
    return {(c.x + sigma * random.normal(first + 4)) / scale, (c.y + sigma * random.normal(first + 5)) / scale};
  }
  /// Points [first, first + n) as x, y, x, y …
  void fill(std::span<float> points, std::uint64_t seed, std::uint64_t first) const {
    for (std::size_t i = 0; i < points.size() / 2; ++i) {
      const point p = draw(seed, first + i);
      points[2 * i] = static_cast<float>(p.x), points[2 * i + 1] = static_cast<float>(p.y);
    }
  }
};

/// On a circle of radius 2, σ = 0.02 (Metz et al., arXiv:1611.02163; scaled as in the code of arXiv:1704.00028).
inline distribution eight_gaussians() {
  distribution d{"8-gaussians", true, 0.02, std::numbers::sqrt2, {}};
  for (int i = 0; i < 8; ++i)
    d.centres.push_back({2 * std::cos(i * std::numbers::pi / 4), 2 * std::sin(i * std::numbers::pi / 4)});
  return d;
}
/// On the grid {−4, −2, 0, 2, 4}², σ = 0.05 (arXiv:1704.00028; arXiv:1712.04086).
inline distribution twenty_five_gaussians() {
  distribution d{"25-gaussians", true, 0.05, 2 * std::numbers::sqrt2, {}};
  for (int i = 0; i < 25; ++i) d.centres.push_back({2.0 * (i % 5) - 4, 2.0 * (i / 5) - 4});
  return d;
}
/// Along the spiral (t cos t, t sin t) for t uniform from 3π/2 to 9π/2, σ = 0.25 (scikit-learn's make_swiss_roll from
/// the side, as in the code of arXiv:1704.00028); its centres are a quarter of σ apart at most.
inline distribution swiss_roll() {
  distribution d{"swiss-roll", false, 0.25, 7.5, {}};
  constexpr int n = 2000;
  for (int i = 0; i < n; ++i) {
    const double t = 1.5 * std::numbers::pi * (1 + 2 * (i + 0.5) / n);
    d.centres.push_back({t * std::cos(t), t * std::sin(t)});
  }
  return d;
}

inline std::vector<distribution> all_distributions() {
  return {eight_gaussians(), twenty_five_gaussians(), swiss_roll()};
}
inline distribution distribution_named(const std::string& name) {
  std::string there;
  for (distribution& d : all_distributions()) {
    if (d.name == name) return std::move(d);
    there += (there.empty() ? "" : ", ") + std::string(d.name);
  }
  throw hepgan::error("--data: found " + name + ", expected one of " + there);
}

}  // namespace toys
