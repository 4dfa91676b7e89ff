// Samples of numbers that distances of distributions are taken to.
#pragma once
#include <algorithm>
#include <hepgan/core/ranked.hpp>
#include <hepgan/penalty/sample_scale.hpp>
#include <span>
#include <vector>

namespace hepgan::detail {

/// Observables of the real events, each sorted by itself, with sums over its lower parts of each φ and of each φ times
/// the value.
class sorted_samples {
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

  /// The standard deviation; 1 for a number that never varies, so that any difference counts as it is.
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

}  // namespace hepgan::detail
