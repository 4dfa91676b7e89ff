// Observables of generated events, made to be distributed as those of real events: what physics knows, beside what a critic
// finds. Per observable, the squared 2-Wasserstein distance in one dimension: sort, and compare quantile by quantile, as
// sliced-Wasserstein generators do (Deshpande et al., arXiv:1803.11188), with axes that mean something.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan {

/// `count` numbers of an event of `size` pixels:
///   record evaluate(event, values)                  values[count], and what pull_back needs of this event
///   pull_back(record, event, d_values, d_event)     adds Σ d_values[k] ∂values[k]/∂event, for almost every event
template <class O>
concept observable_policy =
    requires(const O o, std::span<const float> event, std::span<float> values, std::span<const float> d_values,
             std::span<float> d_event) {
      { o.count } -> std::convertible_to<int>;
      { o.size } -> std::convertible_to<int>;
      o.pull_back(o.evaluate(event, values), event, d_values, d_event);
    };

/// weight · Σ_k 1/n Σ_r (v_k(r) − q_k((r + ½)/n))² / σ_k², with v_k(r) the r-th smallest of the batch's n values, q_k and
/// σ_k the quantiles and the standard deviation of the reference.
template <observable_policy Observables>
class matching {
 public:
  matching(Observables o, double weight) : observables_(std::move(o)), weight_(weight), reference_(observables_.count) {}

  /// Adds real events, [n][size], to the reference.
  void add(std::span<const float> events) {
    const auto n = batch_of(events);
    std::vector<float> values(n * count());
    parallel_for(n, [&](std::int64_t i) { observables_.evaluate(event(events, i), row(values, i)); });
    for (int k = 0; k < count(); ++k) {
      auto& all = reference_[k].sorted;
      const auto old = static_cast<std::ptrdiff_t>(all.size());
      for (std::int64_t i = 0; i < n; ++i) all.push_back(values[i * count() + k]);
      std::sort(all.begin() + old, all.end());
      std::inplace_merge(all.begin(), all.begin() + old, all.end());
      reference_[k].deviation = deviation(all);
    }
  }

  /// The penalty of a batch; its gradient is added. Events are worked on in parallel, sums run in order.
  double operator()(std::span<const float> events, std::span<float> gradient) const {
    const auto n = batch_of(events);
    if (reference_[0].sorted.empty()) throw error("matching: no reference, expected real events by add() first");
    std::vector<float> values(n * count()), slopes(n * count());
    using record = decltype(observables_.evaluate(events, std::span(values)));
    std::vector<record> records(n);
    parallel_for(n, [&](std::int64_t i) { records[i] = observables_.evaluate(event(events, i), row(values, i)); });
    if (!std::ranges::all_of(values, [](float v) { return std::isfinite(v); }))
      return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> parts(count());
    parallel_for(count(), [&](std::int64_t k) { parts[k] = compare(static_cast<int>(k), n, values, slopes); });
    parallel_for(n, [&](std::int64_t i) {
      observables_.pull_back(records[i], event(events, i), row(std::as_const(slopes), i), event(gradient, i));
    });
    return std::accumulate(parts.begin(), parts.end(), 0.0);
  }

 private:
  struct distribution {
    std::vector<float> sorted;
    double deviation = 0;
    float quantile(double p) const { return sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size()))]; }
  };

  int count() const { return observables_.count; }
  std::int64_t batch_of(std::span<const float> events) const {
    if (events.empty() || events.size() % observables_.size != 0)
      throw error("matching: found " + std::to_string(events.size()) + " pixels, expected a multiple of " +
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

  /// The distance of observable k, and its slope with respect to each event's value.
  double compare(int k, std::int64_t n, const std::vector<float>& values, std::vector<float>& slopes) const {
    const distribution& real = reference_[k];
    std::vector<std::int64_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](auto a, auto b) {
      const float va = values[a * count() + k], vb = values[b * count() + k];
      return va < vb || (va == vb && a < b);
    });
    double sum = 0;
    const double scale = weight_ / (static_cast<double>(n) * real.deviation * real.deviation);
    for (std::int64_t r = 0; r < n; ++r) {
      const std::int64_t at = order[r] * count() + k;
      const double difference = double(values[at]) - real.quantile((static_cast<double>(r) + 0.5) / static_cast<double>(n));
      sum += scale * difference * difference;
      slopes[at] = static_cast<float>(2 * scale * difference);
    }
    return sum;
  }
  /// Of an observable that never varies it is 1: any difference counts as it is.
  static double deviation(const std::vector<float>& v) {
    double mean = 0, square = 0;
    for (const float x : v) mean += x;
    mean /= static_cast<double>(v.size());
    for (const float x : v) square += (x - mean) * (x - mean);
    return square > 0 ? std::sqrt(square / static_cast<double>(v.size())) : 1;
  }

  Observables observables_;
  double weight_;
  std::vector<distribution> reference_;
};

}  // namespace hepgan
