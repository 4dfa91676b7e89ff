// Observables held to their moments: the mean, the spread and, as far as asked for, skewness and more.
#pragma once
#include <hepgan/penalty/observable_penalty.hpp>

namespace hepgan {

/// Σ_k Σ_p (⟨z_k^p⟩ − M_kp)²/S_kp² for p = 1 … order, with z = (x − μ)/σ in units of the reference's mean and standard
/// deviation, M and S the mean and standard deviation of z^p there. Squares of a batch's mean would count its
/// fluctuations: pairs of different events are taken, so that the expectation is zero where the moments agree.
/// The reference is made of all real events at the next batch.
class moment_distance {
 public:
  static constexpr const char* name = "moment_penalty";
  explicit moment_distance(int order) : order_(order) {
    if (order < 1 || order > 8)
      throw error("moment_penalty: found order " + std::to_string(order) + ", expected 1 to 8");
  }

  void add(rows<const float> values) {
    real_.insert(real_.end(), values.flat.begin(), values.flat.end());
    width_ = values.width, ready_ = false;
  }
  double operator()(rows<const float> values, rows<float> slopes) {
    if (!ready_) take_reference();
    const double n = static_cast<double>(values.size());
    if (n < 2) throw error("moment_penalty: found a batch of 1 event, expected at least 2");
    double distance = 0;
    for (std::size_t k = 0; k < width_; ++k) {
      for (std::size_t i = 0; i < values.size(); ++i) slopes[i][k] = 0;
      for (int p = 1; p <= order_; ++p) {
        const reference& r = of(k, p);
        double sum = 0, square = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
          const double off = power(k, values[i][k], p) - r.mean;
          sum += off, square += off * off;
        }
        const double scale = 1 / (n * (n - 1) * r.deviation * r.deviation);
        distance += scale * (sum * sum - square);
        for (std::size_t i = 0; i < values.size(); ++i) {
          const double off = power(k, values[i][k], p) - r.mean;
          slopes[i][k] +=
              static_cast<float>(scale * 2 * (sum - off) * p * power(k, values[i][k], p - 1) / scales_[k].deviation);
        }
      }
    }
    return distance;
  }

 private:
  using reference = detail::sample_scale;
  const reference& of(std::size_t k, int p) const { return moments_[k * order_ + p - 1]; }
  double power(std::size_t k, float x, int p) const {
    const double z = (x - scales_[k].mean) / scales_[k].deviation;
    double result = 1;
    for (int i = 0; i < p; ++i) result *= z;
    return result;
  }
  template <class F>
  reference over_real(std::size_t k, F f) const {
    const rows<const float> all{real_, width_};
    return detail::scale_of(all.size(), [&](std::size_t i) { return f(all[i][k]); });
  }
  void take_reference() {
    scales_.clear(), moments_.clear();
    for (std::size_t k = 0; k < width_; ++k) {
      scales_.push_back(over_real(k, [](float x) { return double(x); }));
      for (int p = 1; p <= order_; ++p) moments_.push_back(over_real(k, [&](float x) { return power(k, x, p); }));
    }
    ready_ = true;
  }

  int order_;
  std::size_t width_ = 0;
  std::vector<float> real_;         ///< [event][observable]
  std::vector<reference> scales_;   ///< of each observable
  std::vector<reference> moments_;  ///< [observable][order]
  bool ready_ = false;
};

/// weight · moment_distance; order 2 is mean and spread.
template <observable_policy Observables>
struct moment_penalty : observable_penalty<Observables, moment_distance> {
  moment_penalty(Observables o, double weight, int order = 2)
      : observable_penalty<Observables, moment_distance>(std::move(o), moment_distance(order), weight) {}
};

}  // namespace hepgan
