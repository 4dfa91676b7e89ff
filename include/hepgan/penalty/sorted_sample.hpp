// A sample of numbers that distances of distributions are taken to.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <hepgan/core/ranked.hpp>
#include <hepgan/core/rows.hpp>
#include <vector>

namespace hepgan {
namespace detail {

/// Number k of each event.
template <class Real>
[[gnu::noinline]] void rank(rows<const Real> values, std::size_t k, std::span<ranked> order) {
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = {values[i][k], static_cast<std::uint32_t>(i)};
  put_in_order(order);
}

/// A sample of numbers, sorted, with sums over its lower parts.
class sorted_sample {
 public:
  sorted_sample() = default;
  /// Of one number or more.
  [[gnu::cold]] explicit sorted_sample(std::span<const ranked> order)
      : values_(order.size()), below_(order.size() + 1) {
    double square = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const double v = values_[i] = order[i].value;
      below_[i + 1] = below_[i] + v, square += v * v;
    }
    const double n = size(), mean = below_.back() / n;
    const bool varies = values_.front() < values_.back();  // rounding would say that it does
    deviation_ = varies ? std::sqrt((std::max)(0.0, square / n - mean * mean)) : 0;
    spread_ = mean_difference(order);
  }
  double size() const { return static_cast<double>(values_.size()); }
  /// The standard deviation; 1 for a number that never varies, so that any difference counts as it is.
  double scale() const { return deviation_ > 0 ? deviation_ : 1; }
  /// E|Y − Y′|.
  double spread() const { return spread_; }
  /// P(Y < x) + ½ P(Y = x).
  double cumulative(double x) const {
    const auto [from, to] = std::equal_range(values_.data(), values_.data() + values_.size(), x);
    return 0.5 * static_cast<double>((from - values_.data()) + (to - values_.data())) / size();
  }
  /// E|x − Y|.
  double distance(double x) const {
    const auto k = std::lower_bound(values_.data(), values_.data() + values_.size(), x) - values_.data();
    return (x * (2 * static_cast<double>(k) - size()) + below_.back() - 2 * below_[k]) / size();
  }
  /// The mean of |a − b| over pairs of a sample.
  static double mean_difference(std::span<const ranked> order) {
    const double n = static_cast<double>(order.size());
    double sum = 0;
    for (std::size_t r = 0; r < order.size(); ++r) sum += order[r].value * (2 * static_cast<double>(r) - n + 1);
    return n > 1 ? 2 * sum / (n * (n - 1)) : 0;
  }

 private:
  std::vector<double> values_, below_;
  double deviation_ = 0, spread_ = 0;
};

}  // namespace detail

}  // namespace hepgan
