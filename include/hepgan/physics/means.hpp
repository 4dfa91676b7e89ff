// The mean of a sample, and how well it is known.
#pragma once
#include <cmath>
#include <span>

namespace hepgan::physics {

/// Not a number without a sample.
inline double mean(std::span<const float> sample) {
  double sum = 0;
  for (const float v : sample) sum += v;
  return sample.empty() ? std::nan("") : sum / double(sample.size());
}

/// The statistical error of the mean: of two numbers or more.
inline double mean_error(std::span<const float> sample) {
  const double m = mean(sample), n = double(sample.size());
  double sum = 0;
  for (const float v : sample) sum += (v - m) * (v - m);
  return n > 1 ? std::sqrt(sum / (n - 1) / n) : std::nan("");
}

}  // namespace hepgan::physics
