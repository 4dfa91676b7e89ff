// Observables held to their distributions. Per observable, the Cramér distance ∫(F − G)² of its two cumulative
// distributions (Székely's energy distance, by half). Of a batch, it and its gradient are unbiased, which a Wasserstein
// distance is not (Bellemare et al., arXiv:1705.10743).
#pragma once
#include <hepgan/penalty/conditional_cramer.hpp>
#include <hepgan/penalty/observable_penalty.hpp>
#include <hepgan/penalty/sorted_samples.hpp>
#include <numeric>

namespace hepgan {

/// Σ_k 1/σ_k ∫(F_k − G_k)², with F_k the distribution of observable k in the batch, G_k and σ_k its distribution and
/// standard deviation in the reference. An event's slope is G_k − F_k at its value, times 2/(n σ_k).
/// Under conditions it is the sum over functions φ of them that detail::conditional_cramer says.
class cramer_distance {
 public:
  static constexpr const char* name = "cramer_penalty";

  template <class Real>
  [[gnu::cold]] void take(rows<const Real> values, rows<const Real> conditions) {
    if (!conditions.empty()) return conditional_.take(values, conditions);
    real_.resize(values.width, values.size()), order_.resize(values.size());
    for (std::size_t k = 0; k < values.width; ++k) detail::rank(values, k, std::span(order_)), real_.set(k, order_);
  }
  template <class Real>
  double operator()(rows<const Real> values, rows<const Real> conditions, rows<Real> slopes) {
    if (!conditions.empty()) return conditional_(values, conditions, slopes);
    parts_.resize(values.width), order_.resize(values.flat.size());
    parallel_for(static_cast<std::int64_t>(values.width),
                 [&](std::int64_t k) { parts_[k] = compare(values, slopes, k); });
    return std::accumulate(parts_.begin(), parts_.end(), 0.0);
  }

 private:
  /// The distance of observable k, and its slope with respect to each event's value.
  template <class Real>
  double compare(rows<const Real> values, rows<Real> slopes, std::size_t k) {
    const std::size_t n = values.size();
    const double events = static_cast<double>(n), others = (std::max)(1.0, events - 1);
    const auto order = std::span(order_).subspan(k * n, n);
    detail::rank(values, k, order);
    for (std::size_t from = 0, to; from < n; from = to) {  // events of equal values together
      const double x = order[from].value;
      for (to = from; to < n && order[to].value == x;) ++to;
      const double below = 0.5 * static_cast<double>(from + to - 1);
      const double slope = 2 / (events * real_.scale(k)) * (real_.cumulative(k, x) - below / others);
      for (std::size_t r = from; r < to; ++r) slopes[order[r].place][k] = static_cast<Real>(slope);
    }
    double sum = -0.5 * (real_.spread(k) + detail::mean_difference(order));
    for (std::size_t i = 0; i < n; ++i) sum += real_.distance(k, values[i][k]) / events;
    return sum / real_.scale(k);
  }

  detail::conditional_cramer conditional_;
  detail::sorted_samples real_;
  std::vector<detail::ranked> order_;  ///< [observable][rank]
  std::vector<double> parts_;
};

/// weight · cramer_distance, of events of these numbers.
template <class Observables, class Real = float>
requires observable_policy<Observables, Real>
struct cramer_penalty : observable_penalty<Observables, cramer_distance, Real> {
  cramer_penalty(Observables o, double weight)
      : observable_penalty<Observables, cramer_distance, Real>(std::move(o), weight) {}
};

}  // namespace hepgan
