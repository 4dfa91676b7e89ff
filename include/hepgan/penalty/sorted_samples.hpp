// Samples of numbers that distances of distributions are taken to.
#pragma once
#include <algorithm>
#include <hepgan/core/ranked.hpp>
#include <hepgan/penalty/sample_scale.hpp>
#include <span>
#include <vector>

namespace hepgan {
namespace detail {

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
    below[0] = 0;
    for (std::size_t i = 0; i < events_; ++i) values[i] = order[i].value, below[i + 1] = below[i] + values[i];
    scale_[k] = scale_of({values, events_}).deviation, spread_[k] = mean_difference(order);
  }
  /// The standard deviation; 1 for a number that never varies, so that any difference counts as it is.
  double scale(std::size_t k) const { return scale_[k]; }
  /// E|Y − Y′|.
  double spread(std::size_t k) const { return spread_[k]; }
  /// P(Y < x) + ½ P(Y = x).
  double cumulative(std::size_t k, double x) const {
    const double* values = values_.data() + k * events_;
    const auto [from, to] = std::equal_range(values, values + events_, x);
    return 0.5 * static_cast<double>((from - values) + (to - values)) / events();
  }
  /// E|x − Y|.
  double distance(std::size_t k, double x) const {
    const double* values = values_.data() + k * events_;
    const double* below = below_.data() + k * (events_ + 1);
    const auto lower = std::lower_bound(values, values + events_, x) - values;
    return (x * (2 * static_cast<double>(lower) - events()) + below[events_] - 2 * below[lower]) / events();
  }

 private:
  double events() const { return static_cast<double>(events_); }

  std::size_t events_ = 0;
  std::vector<double> values_, below_;  ///< [observable][rank], and the sums of all below it
  std::vector<double> scale_, spread_;  ///< [observable]
};

}  // namespace detail

}  // namespace hepgan
