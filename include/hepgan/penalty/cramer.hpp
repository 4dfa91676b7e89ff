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
#include <hepgan/core/rows.hpp>
#include <hepgan/penalty/sorted_sample.hpp>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hepgan {

/// `count` numbers of an event of `size` pixels:
///   evaluate(event, values, record)                writes values[count], and what pull_back needs of this event
///   pull_back(record, event, d_values, d_event)    adds Σ d_values[k] ∂values[k]/∂event, for almost every event
/// A `record` is used for one event after another, so that memory which it owns is allocated once.
template <class O>
concept observable_policy = requires(const O o, std::span<const float> event, std::span<float> values,
                                     std::span<const float> d_values, std::span<float> d_event,
                                     typename O::record& record) {
  { o.count } -> std::convertible_to<int>;
  { o.size } -> std::convertible_to<int>;
  o.evaluate(event, values, record);
  o.pull_back(record, event, d_values, d_event);
};

/// weight · Σ_k 1/σ_k ∫(F_k − G_k)², with F_k the distribution of observable k in the generator's batch, G_k and σ_k
/// its distribution and standard deviation in the reference. An event's slope is G_k − F_k at its value, times
/// 2·weight/(n σ_k). It owns the room for a batch: one penalty is for one thread of training.
template <observable_policy Observables>
class cramer_penalty {
 public:
  cramer_penalty(Observables o, double weight) : observables_(std::move(o)), weight_(weight), real_(count()) {
    if (count() < 1) throw error("cramer_penalty: found no observables, expected at least one");
  }

  /// Adds real events to the reference.
  void add(rows<const float> events) {
    if (weight_ == 0) return;
    expect_images(events);
    for (std::size_t left = events.size(), n; left > 0; left -= n) {  // in pieces: every event wants a record
      n = (std::min)(left, std::size_t(256));
      evaluate({events.flat.last(left * events.width).first(n * events.width), events.width});
      if (!all_finite(values_))
        throw error("cramer_penalty: found a real event with an observable that is not finite, expected numbers");
      for (int k = 0; k < count(); ++k) real_[k].add(sorted(k, static_cast<std::int64_t>(n)));
    }
  }

  /// The penalty of a batch; its gradient is added. Events are worked on in parallel, sums run in order.
  double operator()(rows<const float> events, rows<float> gradient) {
    if (weight_ == 0) return 0;
    expect_images(events);
    expect_size("cramer_penalty, pixels of a gradient", gradient.width, events.width);
    expect_size("cramer_penalty", gradient.flat.size(), events.flat.size());
    if (real_[0].empty()) throw error("cramer_penalty: no reference, expected real events by add() first");
    evaluate(events);
    const auto n = static_cast<std::int64_t>(events.size());
    if (!all_finite(values_)) return std::numeric_limits<double>::quiet_NaN();
    parts_.resize(count());
    parallel_for(count(), [&](std::int64_t k) { parts_[k] = compare(static_cast<int>(k), n); });
    parallel_for(n, [&](std::int64_t i) {
      observables_.pull_back(records_[i], events[i], row(std::as_const(slopes_), i), gradient[i]);
    });
    return std::accumulate(parts_.begin(), parts_.end(), 0.0);
  }

 private:
  int count() const { return observables_.count; }
  void expect_images(rows<const float> events) const {
    expect_size("cramer_penalty, pixels of an event", events.width, std::size_t(observables_.size));
    if (events.empty() || events.flat.size() % events.width != 0)
      throw error("cramer_penalty: found " + std::to_string(events.flat.size()) + " pixels, expected a multiple of " +
                  std::to_string(events.width));
  }
  template <class Vector>
  auto row(Vector& values, std::int64_t i) const {
    return std::span(values).subspan(i * count(), count());
  }
  static bool all_finite(const std::vector<float>& values) {
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
  }

  void evaluate(rows<const float> events) {
    const auto n = static_cast<std::int64_t>(events.size());
    records_.resize(n), values_.resize(n * count()), slopes_.resize(n * count()), sorted_.resize(n * count());
    parallel_for(n, [&](std::int64_t i) { observables_.evaluate(events[i], row(values_, i), records_[i]); });
  }
  /// The batch's values of observable k.
  std::span<float> sorted(int k, std::int64_t n) {
    const auto column = std::span(sorted_).subspan(k * n, n);
    for (std::int64_t i = 0; i < n; ++i) column[i] = values_[i * count() + k];
    std::ranges::sort(column);
    return column;
  }
  /// The distance of observable k, and its slope with respect to each event's value.
  double compare(int k, std::int64_t n) {
    const detail::sorted_sample& real = real_[k];
    const std::span<const float> sorted = this->sorted(k, n);
    const double scale = weight_ / real.scale(), others = (std::max)(1.0, static_cast<double>(n - 1));
    double sum = -0.5 * (real.spread() + detail::sorted_sample::mean_difference(sorted));
    for (std::int64_t i = 0; i < n; ++i) {
      const float x = values_[i * count() + k];
      const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), x);
      const double lower = static_cast<double>(from - sorted.begin()), equal = static_cast<double>(to - from - 1);
      const double difference = real.cumulative(x) - (lower + 0.5 * equal) / others;
      slopes_[i * count() + k] = static_cast<float>(2 * scale / static_cast<double>(n) * difference);
      sum += real.distance(x) / static_cast<double>(n);
    }
    return scale * sum;
  }

  Observables observables_;
  double weight_;
  std::vector<detail::sorted_sample> real_;
  std::vector<typename Observables::record> records_;  ///< of each event of a batch
  std::vector<float> values_, slopes_;                 ///< [event][observable]
  std::vector<float> sorted_;                          ///< [observable][event]
  std::vector<double> parts_;
};

}  // namespace hepgan
