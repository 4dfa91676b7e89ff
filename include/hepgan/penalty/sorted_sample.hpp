// Samples of numbers that distances of distributions are taken to.
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

/// The mean of |a − b| over pairs of a sample.
[[gnu::noinline]] inline double mean_difference(std::span<const ranked> order) {
  const double n = static_cast<double>(order.size());
  double sum = 0;
  for (std::size_t r = 0; r < order.size(); ++r) sum += order[r].value * (2 * static_cast<double>(r) - n + 1);
  return n > 1 ? 2 * sum / (n * (n - 1)) : 0;
}

/// Observables of events, each sorted by itself, with sums over its lower parts.
class sorted_samples {
 public:
  /// Room for so many.
  void resize(std::size_t observables, std::size_t events) {
    events_ = events, values_.resize(observables * events), below_.resize(observables * (events + 1));
    scale_.resize(observables), spread_.resize(observables);
  }
  /// Observable k, of one event or more.
  [[gnu::cold]] void set(std::size_t k, std::span<const ranked> order) {
    double* values = values_.data() + k * events_;
    double* below = below_.data() + k * (events_ + 1);
    double square = 0;
    below[0] = 0;
    for (std::size_t i = 0; i < events_; ++i) {
      const double v = values[i] = order[i].value;
      below[i + 1] = below[i] + v, square += v * v;
    }
    const double mean = below[events_] / size();
    const bool varies = values[0] < values[events_ - 1];  // rounding would say that it does
    const double deviation = varies ? std::sqrt((std::max)(0.0, square / size() - mean * mean)) : 0;
    scale_[k] = deviation > 0 ? deviation : 1, spread_[k] = mean_difference(order);
  }
  double size() const { return static_cast<double>(events_); }
  /// The standard deviation; 1 for a number that never varies, so that any difference counts as it is.
  double scale(std::size_t k) const { return scale_[k]; }
  /// E|Y − Y′|.
  double spread(std::size_t k) const { return spread_[k]; }
  /// P(Y < x) + ½ P(Y = x).
  double cumulative(std::size_t k, double x) const {
    const double* values = values_.data() + k * events_;
    const auto [from, to] = std::equal_range(values, values + events_, x);
    return 0.5 * static_cast<double>((from - values) + (to - values)) / size();
  }
  /// E|x − Y|.
  double distance(std::size_t k, double x) const {
    const double* values = values_.data() + k * events_;
    const double* below = below_.data() + k * (events_ + 1);
    const auto lower = std::lower_bound(values, values + events_, x) - values;
    return (x * (2 * static_cast<double>(lower) - size()) + below[events_] - 2 * below[lower]) / size();
  }

 private:
  std::size_t events_ = 0;
  std::vector<double> values_, below_;  ///< [observable][rank], and the sums of all below it
  std::vector<double> scale_, spread_;  ///< [observable]
};

}  // namespace detail

}  // namespace hepgan
