// What pixels say about a set of calorimeter images, before any jet is found.
#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace hepgan::physics {

/// Share of pixels with energy.
inline double occupancy(std::span<const float> images) {
  std::int64_t hit = 0;
  for (float e : images) hit += e > 0;
  return images.empty() ? 0 : double(hit) / double(images.size());
}

/// Of all images together, in their unit.
inline double total_energy(std::span<const float> images) {
  double sum = 0;
  for (const float e : images) sum += e;
  return sum;
}

/// Share of pixels with energy, of each image.
inline std::vector<float> occupancies(std::span<const float> images, std::size_t pixels) {
  std::vector<float> share;
  for (std::size_t i = 0; pixels && i + pixels <= images.size(); i += pixels)
    share.push_back(static_cast<float>(occupancy(images.subspan(i, pixels))));
  return share;
}

/// The average image of a set, summed in double.
inline std::vector<float> mean_image(std::span<const float> images, std::size_t pixels) {
  std::vector<double> sum(pixels);
  const std::size_t n = pixels ? images.size() / pixels : 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < pixels; ++k) sum[k] += images[i * pixels + k];
  std::vector<float> mean(pixels);
  for (std::size_t k = 0; k < pixels && n; ++k) mean[k] = static_cast<float>(sum[k] / double(n));
  return mean;
}

/// Counts per bin, equal in log10 of the energy between `low` and `high`; what lies outside is not counted.
struct energy_spectrum {
  std::vector<double> edges;
  std::vector<std::int64_t> counts;
};

inline energy_spectrum pixel_spectrum(std::span<const float> images, double low, double high, int bins) {
  energy_spectrum s{std::vector<double>(bins + 1), std::vector<std::int64_t>(bins)};
  const double start = std::log10(low), width = (std::log10(high) - start) / bins;
  for (int i = 0; i <= bins; ++i) s.edges[i] = std::pow(10, start + i * width);
  for (float e : images) {
    if (!(e >= low && e < high)) continue;
    const auto bin = static_cast<int>((std::log10(double(e)) - start) / width);
    if (bin >= 0 && bin < bins) ++s.counts[bin];
  }
  return s;
}

}  // namespace hepgan::physics
