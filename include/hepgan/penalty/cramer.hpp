// Observables of generated events, held to the distributions that real events have: what physics knows, beside what a
// critic finds. Per observable, the Cramér distance ∫(F − G)² of its two cumulative distributions (Székely's energy
// distance, by half). Of a batch, it and its gradient are unbiased, which a Wasserstein distance is not (Bellemare et
// al., arXiv:1705.10743).
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hepgan {

/// `count` numbers of an event of `size` pixels:
///   record evaluate(event, values)                  values[count], and what pull_back needs of this event
///   pull_back(record, event, d_values, d_event)     adds Σ d_values[k] ∂values[k]/∂event, for almost every event
template <class O>
concept observable_policy = requires(const O o, std::span<const float> event, std::span<float> values,
                                     std::span<const float> d_values, std::span<float> d_event) {
  { o.count } -> std::convertible_to<int>;
  { o.size } -> std::convertible_to<int>;
  o.pull_back(o.evaluate(event, values), event, d_values, d_event);
};

namespace detail {

/// A sample of numbers, sorted, with sums over its lower parts.
class sorted_sample {
 public:
  void add(std::span<const float> more) {
    const auto old = static_cast<std::ptrdiff_t>(values_.size());
    values_.insert(values_.end(), more.begin(), more.end());
    std::sort(values_.begin() + old, values_.end());
    std::inplace_merge(values_.begin(), values_.begin() + old, values_.end());
    below_.assign(1, 0);
    double square = 0;
    for (const double v : values_) below_.push_back(below_.back() + v), square += v * v;
    const double n = size(), mean = below_.back() / n;
    deviation_ = std::sqrt((std::max)(0.0, square / n - mean * mean));
    spread_ = mean_difference(values_);
  }
  double size() const { return static_cast<double>(values_.size()); }
  bool empty() const { return values_.empty(); }
  /// The standard deviation; 1 for a number that never varies, so that any difference counts as it is.
  double scale() const { return deviation_ > 0 ? deviation_ : 1; }
  /// E|Y − Y′|.
  double spread() const { return spread_; }
  /// P(Y < x) + ½ P(Y = x).
  double cumulative(float x) const {
    const auto [from, to] = std::equal_range(values_.begin(), values_.end(), x);
    return 0.5 * static_cast<double>((from - values_.begin()) + (to - values_.begin())) / size();
  }
  /// E|x − Y|.
  double distance(float x) const {
    const auto k = std::lower_bound(values_.begin(), values_.end(), x) - values_.begin();
    return (double(x) * (2 * static_cast<double>(k) - size()) + below_.back() - 2 * below_[k]) / size();
  }
  /// The mean of |a − b| over pairs of a sorted sample.
  static double mean_difference(const std::vector<float>& sorted) {
    const double n = static_cast<double>(sorted.size());
    double sum = 0;
    for (std::size_t r = 0; r < sorted.size(); ++r) sum += double(sorted[r]) * (2 * static_cast<double>(r) - n + 1);
    return n > 1 ? 2 * sum / (n * (n - 1)) : 0;
  }

 private:
  std::vector<float> values_;
  std::vector<double> below_{0};
  double deviation_ = 0, spread_ = 0;
};

}  // namespace detail

/// weight · Σ_k 1/σ_k ∫(F_k − G_k)², with F_k the distribution of observable k in the generator's batch, G_k and σ_k
/// its distribution and standard deviation in the reference. An event's slope is F_k − G_k at its value, times 2/(n
/// σ_k).
template <observable_policy Observables>
class cramer_penalty {
 public:
  cramer_penalty(Observables o, double weight) : observables_(std::move(o)), weight_(weight), real_(count()) {}

  /// Adds real events, [n][size], to the reference.
  void add(std::span<const float> events) {
    if (weight_ == 0) return;
    const auto n = batch_of(events);
    std::vector<float> values(n * count()), one(n);
    parallel_for(n, [&](std::int64_t i) { observables_.evaluate(event(events, i), row(values, i)); });
    if (!all_finite(values)) throw error("cramer_penalty: a real event has an observable that is not finite");
    for (int k = 0; k < count(); ++k) {
      for (std::int64_t i = 0; i < n; ++i) one[i] = values[i * count() + k];
      real_[k].add(one);
    }
  }

  /// The penalty of a batch; its gradient is added. Events are worked on in parallel, sums run in order.
  double operator()(std::span<const float> events, std::span<float> gradient) const {
    if (weight_ == 0) return 0;
    const auto n = batch_of(events);
    if (real_[0].empty()) throw error("cramer_penalty: no reference, expected real events by add() first");
    std::vector<float> values(n * count()), slopes(n * count());
    using record = decltype(observables_.evaluate(events, std::span(values)));
    std::vector<record> records(n);
    parallel_for(n, [&](std::int64_t i) { records[i] = observables_.evaluate(event(events, i), row(values, i)); });
    if (!all_finite(values)) return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> parts(count());
    parallel_for(count(), [&](std::int64_t k) { parts[k] = compare(static_cast<int>(k), n, values, slopes); });
    parallel_for(n, [&](std::int64_t i) {
      observables_.pull_back(records[i], event(events, i), row(std::as_const(slopes), i), event(gradient, i));
    });
    return std::accumulate(parts.begin(), parts.end(), 0.0);
  }

 private:
  int count() const { return observables_.count; }
  std::int64_t batch_of(std::span<const float> events) const {
    if (events.empty() || events.size() % observables_.size != 0)
      throw error("cramer_penalty: found " + std::to_string(events.size()) + " pixels, expected a multiple of " +
                  std::to_string(observables_.size));
    return static_cast<std::int64_t>(events.size()) / observables_.size;
  }
  template <class Real>
  std::span<Real> event(std::span<Real> events, std::int64_t i) const {
    return events.subspan(i * observables_.size, observables_.size);
  }
  template <class Vector>
  auto row(Vector& values, std::int64_t i) const {
    return std::span(values).subspan(i * count(), count());
  }
  static bool all_finite(const std::vector<float>& values) {
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
  }

  /// The distance of observable k, and its slope with respect to each event's value.
  double compare(int k, std::int64_t n, const std::vector<float>& values, std::vector<float>& slopes) const {
    const detail::sorted_sample& real = real_[k];
    std::vector<float> sorted(n);
    for (std::int64_t i = 0; i < n; ++i) sorted[i] = values[i * count() + k];
    std::ranges::sort(sorted);
    const double scale = weight_ / real.scale(), others = (std::max)(1.0, static_cast<double>(n - 1));
    double sum = -0.5 * (real.spread() + detail::sorted_sample::mean_difference(sorted));
    for (std::int64_t i = 0; i < n; ++i) {
      const float x = values[i * count() + k];
      const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), x);
      const double lower = static_cast<double>(from - sorted.begin()), equal = static_cast<double>(to - from - 1);
      const double difference = real.cumulative(x) - (lower + 0.5 * equal) / others;
      slopes[i * count() + k] = static_cast<float>(2 * scale / static_cast<double>(n) * difference);
      sum += real.distance(x) / static_cast<double>(n);
    }
    return scale * sum;
  }

  Observables observables_;
  double weight_;
  std::vector<detail::sorted_sample> real_;
};

}  // namespace hepgan
