// Functions of an event's conditions, with which a penalty looks at how observables depend on them.
#pragma once
#include <hepgan/penalty/observable_penalty.hpp>
#include <numeric>

namespace hepgan::detail {

/// Of a basis, unless said: what changes in proportion with a condition.
inline constexpr int condition_degree = 1;

/// φ₀ = 1, φ₁, …: polynomials of the conditions up to a degree, made orthonormal over the reference's events (Gram and
/// Schmidt), so that correlated conditions count by what each adds. Of conditions that say the same there are fewer,
/// and of none φ₀ alone.
class condition_basis {
 public:
  /// Refers to nothing afterwards.
  void fit(rows<const double> conditions, int degree) {
    *this = {};
    if (conditions.empty()) return;
    for (std::size_t i = 0; i < conditions.width; ++i)
      scales_.push_back(scale_of(conditions.size(), [&](std::size_t event) { return conditions[event][i]; }));
    std::size_t first = 0;  // of the monomials of the degree before
    for (int d = 1; d <= degree; ++d) {
      const std::size_t end = monomials_.size();
      for (std::size_t of = first; of < end; ++of)
        for (int i = monomials_[of].last; i < static_cast<int>(scales_.size()); ++i) monomials_.push_back({of, i});
      first = end;
    }
    orthonormalise(moments_of(conditions));
  }

  std::size_t size() const { return all_.size() / monomials_.size(); }
  /// φ(c).
  template <class Real>
  void operator()(std::span<const Real> conditions, std::span<double> phi) const {
    static thread_local std::vector<double> powers;  // kept: nothing is allocated in a training's steps
    powers.resize(monomials_.size());
    evaluate_monomials(conditions, powers);
    for (std::size_t m = 0; m < phi.size(); ++m) phi[m] = std::inner_product(powers.begin(), powers.end(), of(m), 0.0);
  }
  /// Of each event: [event][m].
  template <class Real>
  void operator()(rows<const Real> conditions, std::size_t events, std::vector<double>& phi) const {
    phi.resize(events * size());
    for (std::size_t i = 0; i < events; ++i)
      (*this)(scales_.empty() ? std::span<const Real>() : conditions[i], std::span(phi).subspan(i * size(), size()));
  }

 private:
  /// Another one, times a condition.
  struct monomial {
    std::size_t of;
    int last;
  };

  std::vector<double>::const_iterator of(std::size_t m) const {
    return all_.begin() + static_cast<std::ptrdiff_t>(m * monomials_.size());
  }
  template <class Real>
  void evaluate_monomials(std::span<const Real> conditions, std::span<double> powers) const {
    powers[0] = 1;
    for (std::size_t t = 1; t < powers.size(); ++t) {
      const auto& [from, i] = monomials_[t];
      powers[t] = powers[from] * (conditions[i] - scales_[i].mean) / scales_[i].deviation;
    }
  }
  /// ⟨monomial · monomial⟩.
  std::vector<double> moments_of(rows<const double> conditions) const {
    const std::size_t t = monomials_.size();
    std::vector<double> powers(t), moments(t * t);
    for (std::size_t event = 0; event < conditions.size(); ++event) {
      evaluate_monomials<double>(conditions[event], powers);
      for (std::size_t i = 0; i < t; ++i)
        for (std::size_t j = 0; j < t; ++j) moments[i * t + j] += powers[i] * powers[j];
    }
    for (double& m : moments) m /= static_cast<double>(conditions.size());
    return moments;
  }
  void orthonormalise(const std::vector<double>& moments) {
    const std::size_t t = monomials_.size();
    const auto product = [&](auto a, auto b) {
      double sum = 0;
      for (std::size_t i = 0; i < t; ++i)
        for (std::size_t j = 0; j < t; ++j) sum += a[i] * b[j] * moments[i * t + j];
      return sum;
    };
    all_.clear();
    std::vector<double> next(t);
    for (std::size_t n = 0; n < t; ++n) {
      std::ranges::fill(next, 0.0), next[n] = 1;
      for (int again = 0; again < 2; ++again)  // once leaves what rounding makes of nearly dependent ones
        for (std::size_t m = 0; m < size(); ++m) {
          const double along = product(next, of(m));
          for (std::size_t i = 0; i < t; ++i) next[i] -= along * of(m)[i];
        }
      const double square = product(next, next);
      if (square < 1e-6) continue;  // of standardised conditions: it says nothing new
      for (const double x : next) all_.push_back(x / std::sqrt(square));
    }
  }

  std::vector<sample_scale> scales_;         ///< of each condition
  std::vector<monomial> monomials_{{0, 0}};  ///< 1, and in growing degree
  std::vector<double> all_{1};               ///< [m][monomial]
};

}  // namespace hepgan::detail
