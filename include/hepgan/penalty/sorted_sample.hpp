// A sample of numbers that distances of distributions are taken to.
#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

namespace hepgan {
namespace detail {

/// A sample of numbers, sorted, with sums over its lower parts.
class sorted_sample {
 public:
  sorted_sample() = default;
  /// Of one number or more, sorted already.
  explicit sorted_sample(std::span<const double> sorted)
      : values_(sorted.begin(), sorted.end()), below_(sorted.size() + 1) {
    double square = 0;
    for (std::size_t i = 0; i < values_.size(); ++i)
      below_[i + 1] = below_[i] + values_[i], square += values_[i] * values_[i];
    const double n = size(), mean = below_.back() / n;
    const bool varies = values_.front() < values_.back();  // rounding would say that it does
    deviation_ = varies ? std::sqrt((std::max)(0.0, square / n - mean * mean)) : 0;
    spread_ = mean_difference(values_);
  }
  double size() const { return static_cast<double>(values_.size()); }
  /// The standard deviation; 1 for a number that never varies, so that any difference counts as it is.
  double scale() const { return deviation_ > 0 ? deviation_ : 1; }
  /// E|Y − Y′|.
  double spread() const { return spread_; }
  /// P(Y < x) + ½ P(Y = x).
  double cumulative(double x) const {
    const auto [from, to] = std::equal_range(values_.begin(), values_.end(), x);
    return 0.5 * static_cast<double>((from - values_.begin()) + (to - values_.begin())) / size();
  }
  /// E|x − Y|.
  double distance(double x) const {
    const auto k = std::lower_bound(values_.begin(), values_.end(), x) - values_.begin();
    return (x * (2 * static_cast<double>(k) - size()) + below_.back() - 2 * below_[k]) / size();
  }
  /// The mean of |a − b| over pairs of a sorted sample.
  static double mean_difference(std::span<const double> sorted) {
    const double n = static_cast<double>(sorted.size());
    double sum = 0;
    for (std::size_t r = 0; r < sorted.size(); ++r) sum += sorted[r] * (2 * static_cast<double>(r) - n + 1);
    return n > 1 ? 2 * sum / (n * (n - 1)) : 0;
  }

 private:
  std::vector<double> values_, below_;
  double deviation_ = 0, spread_ = 0;
};

}  // namespace detail

}  // namespace hepgan
