// Observables held to their moments: the mean, the spread and, as far as asked for, skewness and more.
#pragma once
#include <hepgan/penalty/condition_basis.hpp>
#include <hepgan/penalty/observable_penalty.hpp>
#include <hepgan/penalty/sample_scale.hpp>

namespace hepgan {

/// Σ_k Σ_p (⟨z_k^p⟩ − M_kp)²/S_kp² for p = 1 … order, with z = (x − μ)/σ in units of the reference's mean and standard
/// deviation, M and S the mean and standard deviation of z^p there. Squares of a batch's mean would count its
/// fluctuations: pairs of different events are taken, so that the expectation is zero where the moments agree.
/// Under conditions c, Σ_k Σ_p Σ_m ⟨φ_m(c)(z_k^p − M_kp(c))⟩²/S_kp², with φ a basis of functions of conditions and
/// M_kp(c) = Σ_l φ_l(c) E φ_l z_k^p the reference's regression of z^p on them: the moments of all events together by
/// φ₀ = 1, and their dependence on c.
class moment_distance {
 public:
  static constexpr const char* name = "moment_penalty";
  explicit moment_distance(int order) : order_(order) {
    if (order < 1 || order > 8) throw error({"moment_penalty: found order ", order, ", expected 1 to 8"});
  }

  template <class Real>
  [[gnu::cold]] void take(rows<const Real> values, rows<const Real> conditions) {
    basis_.fit(conditions), basis_(conditions, values.size(), phi_);
    const std::size_t n = values.size(), of_all = values.width * order_;
    means_.resize(values.width), units_.resize(values.width);
    deviations_.resize(of_all), moments_.resize(of_all * basis_.size());
    std::vector<double> powers(n), parts(n);
    for (std::size_t k = 0; k < values.width; ++k) {
      const detail::sample_scale scale = detail::scale_of(detail::column_of(values, k));
      means_[k] = scale.mean, units_[k] = scale.deviation;
      for (int p = 1; p <= order_; ++p) {
        const std::size_t at = k * order_ + p - 1;
        for (std::size_t i = 0; i < n; ++i) powers[i] = power(k, values[i][k], p);
        deviations_[at] = detail::scale_of(powers).deviation;
        for (std::size_t m = 0; m < basis_.size(); ++m) {
          for (std::size_t i = 0; i < n; ++i) parts[i] = phi(i)[m] * powers[i];
          moments_[at * basis_.size() + m] = detail::scale_of(parts).mean;
        }
      }
    }
  }
  template <class Real>
  double operator()(rows<const Real> values, rows<const Real> conditions, rows<Real> slopes) {
    const double n = static_cast<double>(values.size());
    if (n < 2) throw error("moment_penalty: found a batch of 1 event, expected at least 2");
    basis_(conditions, values.size(), phi_);
    residuals_.resize(values.size());
    double distance = 0;
    for (std::size_t k = 0; k < values.width; ++k) {
      for (std::size_t i = 0; i < values.size(); ++i) slopes[i][k] = 0;
      for (int p = 1; p <= order_; ++p) {
        for (std::size_t i = 0; i < values.size(); ++i) residuals_[i] = residual(values, i, k, p);
        const double deviation = deviations_[k * order_ + p - 1], scale = 1 / (n * (n - 1) * deviation * deviation);
        for (std::size_t m = 0; m < basis_.size(); ++m) {
          double sum = 0, square = 0;
          for (std::size_t i = 0; i < values.size(); ++i) {
            const double off = phi(i)[m] * residuals_[i];
            sum += off, square += off * off;
          }
          distance += scale * (sum * sum - square);
          for (std::size_t i = 0; i < values.size(); ++i) {
            const double off = phi(i)[m] * residuals_[i];
            slopes[i][k] +=
                static_cast<Real>(scale * 2 * (sum - off) * p * power(k, values[i][k], p - 1) / units_[k] * phi(i)[m]);
          }
        }
      }
    }
    return distance;
  }

 private:
  /// φ(c) of event i of the batch.
  std::span<const double> phi(std::size_t i) const { return std::span(phi_).subspan(i * basis_.size(), basis_.size()); }
  /// z^p − M(c).
  template <class Real>
  double residual(rows<const Real> values, std::size_t i, std::size_t k, int p) const {
    double off = power(k, values[i][k], p);
    for (std::size_t m = 0; m < basis_.size(); ++m)
      off -= moments_[(k * order_ + p - 1) * basis_.size() + m] * phi(i)[m];
    return off;
  }
  [[gnu::noinline]] double power(std::size_t k, double x, int p) const {
    const double z = (x - means_[k]) / units_[k];
    double result = 1;
    for (int i = 0; i < p; ++i) result *= z;
    return result;
  }

  int order_;
  detail::condition_basis basis_;
  std::vector<double> means_, units_;         ///< μ and σ of each observable
  std::vector<double> deviations_, moments_;  ///< S, [observable][order], and E φ z^p, [observable][order][φ]
  std::vector<double> phi_;                   ///< [event][φ]
  std::vector<double> residuals_;             ///< of a batch's events, of one observable and order
};

/// weight · moment_distance; order 2 is mean and spread.
template <class Observables, class Real = float>
requires observable_policy<Observables, Real>
struct moment_penalty : observable_penalty<Observables, moment_distance, Real> {
  moment_penalty(Observables o, double weight, int order = 2)
      : observable_penalty<Observables, moment_distance, Real>(std::move(o), weight, order) {}
};

}  // namespace hepgan
