// Two samples in common bins, and how those bins are chosen.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <hepgan/physics/means.hpp>
#include <span>
#include <vector>

#include "style.hpp"

namespace rpv::report {

/// Counts of the real and the generated sample; each is shown divided by its `real_total` or `fake_total`.
struct histogram {
  std::vector<double> edges, real, fake;
  double real_total = 0, fake_total = 0;
  bool overflow = false;  ///< the last bin holds values beyond it too

  std::size_t bins() const { return real.size(); }
  /// Where a bin's point is drawn.
  double centre(std::size_t bin, bool log_x) const {
    return log_x ? std::sqrt(edges[bin] * edges[bin + 1]) : 0.5 * (edges[bin] + edges[bin + 1]);
  }
};

inline std::vector<double> even_edges(double low, double high, int bins) {
  std::vector<double> edges(bins + 1);
  for (int i = 0; i <= bins; ++i) edges[i] = low + (high - low) * i / bins;
  return edges;
}

/// Fills evenly spaced bins. Values beyond the end are counted in the last bin: a tail is not lost.
inline histogram fill(std::vector<double> edges, std::span<const float> real, std::span<const float> fake) {
  histogram h{.edges = std::move(edges), .real = {}, .fake = {}};
  const auto count = [&](std::span<const float> sample, std::vector<double>& bins) {
    const auto n = static_cast<std::ptrdiff_t>(h.edges.size()) - 1;
    bins.assign(n, 0);
    for (const float v : sample) {
      if (!(v >= h.edges.front())) continue;
      h.overflow |= v > h.edges.back();
      const auto bin = static_cast<std::ptrdiff_t>(
          std::min(double(n), (v - h.edges.front()) / (h.edges.back() - h.edges.front()) * double(n)));
      ++bins[std::min(bin, n - 1)];
    }
  };
  count(real, h.real), count(fake, h.fake);
  h.real_total = double(std::max<std::size_t>(1, real.size()));
  h.fake_total = double(std::max<std::size_t>(1, fake.size()));
  return h;
}

/// The value below which this share of the sample lies.
inline double quantile(std::span<const float> sample, double share) {
  if (sample.empty()) return 0;
  std::vector<float> copy(sample.begin(), sample.end());
  const auto at = copy.begin() + static_cast<std::ptrdiff_t>(share * double(copy.size() - 1));
  std::nth_element(copy.begin(), at, copy.end());
  return *at;
}

/// About `bins` bins of a round width from `low` to where both samples end; a generated tail is followed only so far.
inline std::vector<double> round_edges(double low, std::span<const float> real, std::span<const float> fake,
                                       int bins = 30, double share = 0.998) {
  const double real_end = quantile(real, share), fake_end = quantile(fake, share);
  double end =
      real.empty() ? fake_end : std::clamp(fake_end, real_end, std::max(real_end, low + 1.4 * (real_end - low)));
  if (!(end > low)) end = low + 1;
  const double width = round_up((end - low) / bins);
  const int n = std::max(1, static_cast<int>(std::ceil((end - low) / width - 1e-9)));
  return even_edges(low, low + n * width, n);
}

using hepgan::physics::mean, hepgan::physics::mean_error;

}  // namespace rpv::report
