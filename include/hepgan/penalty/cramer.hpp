// Observables held to their distributions. Per observable, the Cramér distance ∫(F − G)² of its two cumulative
// distributions (Székely's energy distance, by half). Of a batch, it and its gradient are unbiased, which a Wasserstein
// distance is not (Bellemare et al., arXiv:1705.10743).
#pragma once
#include <algorithm>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/penalty/condition_basis.hpp>
#include <hepgan/penalty/observable_penalty.hpp>
#include <hepgan/penalty/sorted_samples.hpp>
#include <numeric>

namespace hepgan {

/// Σ_k 1/σ_k ∫(F_k − G_k)², with F_k the distribution of observable k in the batch, G_k and σ_k its distribution and
/// standard deviation in the reference. Under conditions c, Σ_k 1/σ_k Σ_m ∫ (E φ_m(c)(1[o_k ≤ x] − G_k(x|c)))² dx over
/// the batch, with φ a basis of functions of conditions and G_k(x|c) = Σ_l φ_l(c) E φ_l 1[y_k ≤ x] the reference's
/// regression of 1[y_k ≤ x] on them. Events of the reference's distribution have E φ_m(c)(…) = 0, however nonlinear
/// that is in c: φ₀ = 1, which is all that there is without conditions, says so of all of them together, the others of
/// what changes with c. By ∫(1[a ≤ x] − 1[b ≤ x])² dx = |a − b| it is an energy distance (Székely and Rizzo, J. Stat.
/// Plan. Inference 143, 2013) with the kernel K = Σ_m φ_m(c) φ_m(c′) beside; of pairs of different events, without
/// bias.
class cramer_distance {
 public:
  static constexpr const char* name = "cramer_penalty";

  template <class Real>
  [[gnu::cold]] void take(rows<const Real> values, rows<const Real> conditions) {
    basis_.fit(conditions), basis_(conditions, values.size(), phi_);
    real_.resize(values.width, values.size(), basis_.size()), order_.resize(values.size());
    for (std::size_t k = 0; k < values.width; ++k)
      detail::rank(values, k, std::span(order_)), real_.set(k, order_, {phi_, basis_.size()});
  }
  template <class Real>
  double operator()(rows<const Real> values, rows<const Real> conditions, rows<Real> slopes) {
    const std::size_t n = values.size(), width = values.width;
    if (n < 2) throw error("cramer_penalty: found a batch of 1 event, expected at least 2");
    basis_(conditions, n, phi_), weigh_pairs(n);
    parts_.resize(width), order_.resize(width * n), room_.resize(width * 5 * basis_.size());
    parallel_for(static_cast<std::int64_t>(width), [&](std::int64_t k) { parts_[k] = compare(values, slopes, k); });
    return std::accumulate(parts_.begin(), parts_.end(), 0.0);
  }

 private:
  /// toward_[i][m] = Σ_{j≠i} K_ij φ_m(c_j)/pairs, and between_[a][b] = Σ_i φ_a(c_i) toward_[i][b].
  void weigh_pairs(std::size_t n) {
    const std::size_t m = basis_.size();
    const rows<const double> phi{phi_, m};
    products_.assign(m * m, 0), between_.assign(m * m, 0), toward_.assign(n * m, 0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t a = 0; a < m; ++a)
        for (std::size_t b = 0; b < m; ++b) products_[a * m + b] += phi[i][a] * phi[i][b];
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t b = 0; b < m; ++b) {
        const auto f = phi[i];
        double& sum = toward_[i * m + b];
        for (std::size_t a = 0; a < m; ++a) sum += f[a] * (products_[a * m + b] - f[a] * f[b]);
        sum /= static_cast<double>(n) * static_cast<double>(n - 1);
        for (std::size_t a = 0; a < m; ++a) between_[a * m + b] += f[a] * sum;
      }
  }
  /// Of observable k.
  template <class Real>
  double compare(rows<const Real> values, rows<Real> slopes, std::size_t k) {
    const std::size_t n = values.size(), m = basis_.size();
    const rows<const double> phi{phi_, m}, toward{toward_, m};
    const rows<double> room{std::span(room_).subspan(k * 5 * m, 5 * m), m};
    const auto below = room[0], away = room[1], lower = room[2], weighted = room[3], equal = room[4];
    const auto order = std::span(order_).subspan(k * n, n);
    detail::rank(values, k, order);
    const double pairs = static_cast<double>(n) * static_cast<double>(n - 1);
    double sum = -0.5 * std::inner_product(between_.begin(), between_.end(), real_.spread(k), 0.0);
    for (std::size_t a = 0; a < m; ++a) lower[a] = weighted[a] = 0;
    for (std::size_t from = 0, to; from < n; from = to) {  // events of equal values together
      const double x = order[from].value;
      for (double& e : equal) e = 0;
      for (to = from; to < n && order[to].value == x; ++to)
        for (std::size_t a = 0; a < m; ++a) equal[a] += phi[order[to].place][a];
      real_.at(k, x, below, away);
      for (std::size_t r = from; r < to; ++r) {
        const std::size_t i = order[r].place;
        double slope = 0;
        for (std::size_t a = 0; a < m; ++a) {
          const double f = phi[i][a];
          sum += toward[i][a] * away[a] - f * (x * lower[a] - weighted[a]) / pairs;
          slope += toward[i][a] * below[a] - f * (lower[a] + 0.5 * (equal[a] - f)) / pairs;
        }
        slopes[i][k] = static_cast<Real>(2 * slope / real_.scale(k));
      }
      for (std::size_t a = 0; a < m; ++a) lower[a] += equal[a], weighted[a] += equal[a] * x;
    }
    return sum / real_.scale(k);
  }

  detail::condition_basis basis_;
  detail::sorted_samples real_;
  std::vector<double> phi_, toward_;  ///< [event][m] of the batch
  std::vector<double> products_, between_, parts_, room_;
  std::vector<detail::ranked> order_;  ///< [observable][rank]
};

/// weight · cramer_distance, of events of these numbers.
template <class Observables, class Real = float>
requires observable_policy<Observables, Real>
struct cramer_penalty : observable_penalty<Observables, cramer_distance, Real> {
  cramer_penalty(Observables o, double weight)
      : observable_penalty<Observables, cramer_distance, Real>(std::move(o), weight) {}
};

}  // namespace hepgan
