// Functions of an event's conditions, with which a penalty looks at how observables depend on them.
#pragma once
#include <hepgan/core/rows.hpp>
#include <hepgan/penalty/sample_scale.hpp>
#include <numeric>
#include <vector>

namespace hepgan::detail {

/// φ₀ = 1, φ₁, …: linear functions of the conditions, made orthonormal over the reference's events (Gram and Schmidt),
/// so that correlated conditions count by what each adds. Of conditions that say the same there are fewer, and of none
/// φ₀ alone.
class condition_basis {
 public:
  /// Refers to nothing afterwards.
  template <class Real>
  [[gnu::cold]] void fit(rows<const Real> conditions) {
    *this = {};
    if (conditions.empty()) return;
    means_.resize(conditions.width), deviations_.resize(conditions.width);
    for (std::size_t i = 0; i < conditions.width; ++i) {
      const sample_scale s = scale_of(column_of(conditions, i));
      means_[i] = s.mean, deviations_[i] = s.deviation;
    }
    orthonormalise(moments_of(conditions));
  }

  std::size_t size() const { return all_.size() / terms(); }
  /// φ(c).
  template <class Real>
  void operator()(std::span<const Real> conditions, std::span<double> phi) const {
    static thread_local std::vector<double> standard;  // kept: nothing is allocated in a training's steps
    standardise(conditions, standard);
    for (std::size_t m = 0; m < phi.size(); ++m)
      phi[m] = std::inner_product(standard.begin(), standard.end(), of(m), 0.0);
  }
  /// Of each event: [event][m].
  template <class Real>
  void operator()(rows<const Real> conditions, std::size_t events, std::vector<double>& phi) const {
    phi.resize(events * size());
    for (std::size_t i = 0; i < events; ++i)
      (*this)(means_.empty() ? std::span<const Real>() : conditions[i], std::span(phi).subspan(i * size(), size()));
  }

 private:
  std::size_t terms() const { return means_.size() + 1; }
  const double* of(std::size_t m) const { return all_.data() + m * terms(); }
  /// 1, and each condition in units of its deviation.
  template <class Real>
  [[gnu::noinline]] void standardise(std::span<const Real> conditions, std::vector<double>& standard) const {
    standard.resize(terms()), standard[0] = 1;
    for (std::size_t i = 0; i < means_.size(); ++i) standard[i + 1] = (conditions[i] - means_[i]) / deviations_[i];
  }
  /// ⟨term · term⟩.
  template <class Real>
  std::vector<double> moments_of(rows<const Real> conditions) const {
    const std::size_t t = terms();
    std::vector<double> standard, moments(t * t);
    for (std::size_t event = 0; event < conditions.size(); ++event) {
      standardise<Real>(conditions[event], standard);
      for (std::size_t i = 0; i < t; ++i)
        for (std::size_t j = 0; j < t; ++j) moments[i * t + j] += standard[i] * standard[j];
    }
    for (double& m : moments) m /= static_cast<double>(conditions.size());
    return moments;
  }
  [[gnu::cold]] void orthonormalise(const std::vector<double>& moments) {
    const std::size_t t = terms();
    const auto product = [&](const double* a, const double* b) {
      double sum = 0;
      for (std::size_t i = 0; i < t; ++i)
        for (std::size_t j = 0; j < t; ++j) sum += a[i] * b[j] * moments[i * t + j];
      return sum;
    };
    all_.clear();
    std::vector<double> next;
    for (std::size_t n = 0; n < t; ++n) {
      next.assign(t, 0), next[n] = 1;
      for (int again = 0; again < 2; ++again)  // once leaves what rounding makes of nearly dependent ones
        for (std::size_t m = 0; m < size(); ++m) {
          const double along = product(next.data(), of(m));
          for (std::size_t i = 0; i < t; ++i) next[i] -= along * of(m)[i];
        }
      const double square = product(next.data(), next.data());
      if (square < 1e-6) continue;  // of standardised conditions: it says nothing new
      for (const double x : next) all_.push_back(x / std::sqrt(square));
    }
  }

  std::vector<double> means_, deviations_;  ///< of each condition
  std::vector<double> all_{1};              ///< [m][term]
};

}  // namespace hepgan::detail
