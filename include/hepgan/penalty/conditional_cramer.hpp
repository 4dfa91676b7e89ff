// Observables held to their distributions at given conditions: the Cramér distance of what is left of cumulative
// distributions when their dependence on the conditions is taken out.
#pragma once
#include <algorithm>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/penalty/condition_basis.hpp>
#include <hepgan/penalty/sorted_samples.hpp>
#include <numeric>

namespace hepgan::detail {

/// Observables of the real events, each sorted by itself, with sums over its lower parts of each φ and of each φ times
/// the value.
class weighted_samples {
 public:
  /// Room for so many.
  void resize(std::size_t observables, std::size_t events, std::size_t functions) {
    events_ = events, count_ = functions;
    values_.resize(observables * events), below_.resize(observables * size_of_sums());
    spread_.assign(observables * count_ * count_, 0), scale_.resize(observables);
  }
  /// Observable k; event i has φ as in row i of phi.
  [[gnu::cold]] void set(std::size_t k, std::span<const ranked> order, rows<const double> phi) {
    const std::size_t n = events_, m = count_;
    double* values = values_.data() + k * n;
    double* spread = spread_.data() + k * m * m;
    std::fill_n(below_.data() + k * size_of_sums(), 2 * m, 0.0);
    for (std::size_t r = 0; r < n; ++r) {
      const auto [y, i] = order[r];
      const auto f = phi[i];
      double* sums = below_.data() + k * size_of_sums() + 2 * m * r;
      double* next = sums + 2 * m;
      values[r] = y;
      for (std::size_t a = 0; a < m; ++a)
        for (std::size_t b = 0; b < m; ++b)
          spread[a * m + b] += f[a] * (y * sums[b] - sums[m + b]) + f[b] * (y * sums[a] - sums[m + a]);
      for (std::size_t a = 0; a < m; ++a) next[a] = sums[a] + f[a], next[m + a] = sums[m + a] + f[a] * y;
    }
    const double pairs = static_cast<double>(n) * static_cast<double>(n - 1);
    for (std::size_t ab = 0; ab < m * m; ++ab) spread[ab] /= n > 1 ? pairs : 1;
    scale_[k] = scale_of({values, n}).deviation;
  }

  double scale(std::size_t k) const { return scale_[k]; }
  /// E φₐφ′ᵦ|Y − Y′|, [a][b].
  const double* spread(std::size_t k) const { return spread_.data() + k * count_ * count_; }
  /// below[m] = E φ(1[Y < x] + ½ 1[Y = x]) and away[m] = E φ|x − Y|.
  void at(std::size_t k, double x, std::span<double> below, std::span<double> away) const {
    const double* values = values_.data() + k * events_;
    const double* sums = below_.data() + k * size_of_sums();
    const auto [from, to] = std::equal_range(values, values + events_, x);
    const double *lower = sums + 2 * count_ * (from - values), *upper = sums + 2 * count_ * (to - values),
                 *all = sums + 2 * count_ * events_;
    const double n = static_cast<double>(events_);
    for (std::size_t a = 0; a < count_; ++a) {
      below[a] = 0.5 * (lower[a] + upper[a]) / n;
      away[a] = (x * (2 * lower[a] - all[a]) + all[count_ + a] - 2 * lower[count_ + a]) / n;
    }
  }

 private:
  std::size_t size_of_sums() const { return 2 * count_ * (events_ + 1); }

  std::size_t events_ = 0, count_ = 0;
  std::vector<double> values_, below_;  ///< [observable][rank], and [observable][rank][Σ φ, Σ φY]
  std::vector<double> spread_, scale_;  ///< [observable][a][b], and [observable]
};

/// Σ_k 1/σ_k Σ_m ∫ (E φ_m(c)(1[o_k ≤ x] − G_k(x|c)))² dx over the batch, with φ a basis of functions of conditions and
/// G_k(x|c) = Σ_l φ_l(c) E φ_l 1[y_k ≤ x] the reference's regression of 1[y_k ≤ x] on them. Events of the
/// reference's distribution have E φ_m(c)(…) = 0, however nonlinear that is in c: φ₀ = 1 says so of all of them
/// together, the others of what changes with c. By ∫(1[a ≤ x] − 1[b ≤ x])² dx = |a − b| it is an energy distance
/// (Székely and Rizzo, J. Stat. Plan. Inference 143, 2013) with the kernel K = Σ_m φ_m(c) φ_m(c′) beside; of pairs of
/// different events, without bias.
class conditional_cramer {
 public:
  template <class Real>
  [[gnu::cold]] void take(rows<const Real> values, rows<const Real> conditions) {
    basis_.fit(conditions), basis_(conditions, values.size(), phi_);
    real_.resize(values.width, values.size(), basis_.size()), order_.resize(values.size());
    for (std::size_t k = 0; k < values.width; ++k)
      rank(values, k, std::span(order_)), real_.set(k, order_, {phi_, basis_.size()});
  }
  template <class Real>
  double operator()(rows<const Real> values, rows<const Real> conditions, rows<Real> slopes) {
    const std::size_t n = values.size(), width = values.width;
    if (n < 2) throw error("cramer_penalty: found a batch of 1 event, expected at least 2 under conditions");
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
    rank(values, k, order);
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

  condition_basis basis_;
  weighted_samples real_;
  std::vector<double> phi_, toward_;  ///< [event][m] of the batch
  std::vector<double> products_, between_, parts_, room_;
  std::vector<ranked> order_;  ///< [observable][rank]
};

}  // namespace hepgan::detail
