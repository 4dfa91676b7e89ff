// Observables held to their joint distribution, correlations and all: the maximum mean discrepancy (Gretton et al.,
// JMLR 13, 2012).
#pragma once
#include <array>
#include <hepgan/core/random.hpp>
#include <hepgan/penalty/condition_basis.hpp>
#include <hepgan/penalty/observable_penalty.hpp>
#include <hepgan/penalty/sample_scale.hpp>

namespace hepgan {

/// E k(x, x′) + E k(y, y′) − 2E k(x, y) over different events x, x′ of the batch and y, y′ of the reference, unbiased:
/// it may be below zero. k is the mean of exp(−r²/2h²) over widths h of 1/4, 1 and 4 times √d (d observables), with r
/// in units of each observable's standard deviation in the reference: two events are about √(2d) apart. The reference
/// is the first `most` of the real events. Under conditions k is that kernel of observables times the same kernel of
/// conditions, decorrelated and in units of their deviations, which holds the joint distribution of both; Ren et al.
/// (arXiv:1606.04218) match conditional distributions by kernels too, with inverses of their matrices.
class mmd_distance {
 public:
  static constexpr const char* name = "mmd_penalty";
  explicit mmd_distance(int most) : most_(most) {
    if (most < 2) throw error({"mmd_penalty: found ", most, " reference events, expected at least 2"});
  }

  template <class Real>
  [[gnu::cold]] void take(rows<const Real> values, rows<const Real> conditions) {
    const std::size_t n = (std::min)(values.size(), most_);
    if (n < 2) throw error("mmd_penalty: found a reference of 1 event, expected at least 2");
    width_ = values.width, reference_.resize(n * width_), deviation_.resize(width_);
    const rows<double> real{reference_, width_};
    for (std::size_t k = 0; k < width_; ++k) {
      const std::vector<double> column = detail::column_of(rows<const Real>{values.flat.first(n * width_), width_}, k);
      deviation_[k] = detail::scale_of(column).deviation;
      for (std::size_t i = 0; i < n; ++i) real[i][k] = static_cast<Real>(column[i] / deviation_[k]);
    }
    basis_.fit(conditions), basis_(conditions, n, real_phi_);
    const sample events = reference();
    const double pairs = 0.5 * static_cast<double>(n) * static_cast<double>(n - 1);
    std::vector<Real> unused(width_);
    among_real_ = 0;
    for (std::size_t i = 0; i < n; ++i)
      among_real_ = add_kernels<Real>(among_real_, events, i, events.first(i), pairs, 0, unused);
  }
  template <class Real>
  double operator()(rows<const Real> values, rows<const Real> conditions, rows<Real> slopes) {
    const auto n = static_cast<std::int64_t>(values.size());
    if (n < 2) throw error("mmd_penalty: found a batch of 1 event, expected at least 2");
    scaled_.resize(values.flat.size()), parts_.resize(n);
    const rows<double> x{scaled_, width_};
    for (std::int64_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < width_; ++k) x[i][k] = static_cast<Real>(values[i][k] / deviation_[k]);
    basis_(conditions, values.size(), phi_);
    const sample batch{{scaled_, width_}, {phi_, basis_.size()}}, real = reference();
    const double pairs = double(n) * double(n - 1), crossed = -0.5 * double(n) * static_cast<double>(real.x.size());
    parallel_for(n, [&](std::int64_t i) {
      for (Real& s : slopes[i]) s = 0;
      parts_[i] = add_kernels(0, batch, i, batch, pairs, 2, slopes[i]);
      parts_[i] = add_kernels(parts_[i], batch, i, real, crossed, 1, slopes[i]);
      for (std::size_t k = 0; k < width_; ++k) slopes[i][k] /= static_cast<Real>(deviation_[k]);
    });
    double distance = among_real_;
    for (const double p : parts_) distance += p;
    return distance;
  }

 private:
  static constexpr std::array<double, 3> widths{0.25, 1, 4};

  /// Observables of events in units of their deviations, and functions of their conditions.
  struct sample {
    rows<const double> x, phi;
    sample first(std::size_t n) const {
      return {{x.flat.first(n * x.width), x.width}, {phi.flat.first(n * phi.width), phi.width}};
    }
  };
  sample reference() const { return {{reference_, width_}, {real_phi_, basis_.size()}}; }
  /// The kernel of conditions, which the basis has decorrelated; 1 of none.
  static double likeness(std::span<const double> a, std::span<const double> b) {
    if (a.size() < 2) return 1;
    double square = 0, value = 0;
    for (std::size_t k = 1; k < a.size(); ++k) square += (a[k] - b[k]) * (a[k] - b[k]);
    for (const double w : widths)
      value += std::exp(-0.5 * square / (w * w * static_cast<double>(a.size() - 1))) / widths.size();
    return value;
  }
  /// k(a, b) of observables; factor · ∂k/∂a is added to d.
  template <class Real>
  double similarity(std::span<const double> a, std::span<const double> b, double factor, std::span<Real> d) const {
    double square = 0, value = 0, slope = 0;  // slope: of k, over that of r²/2
    for (std::size_t k = 0; k < width_; ++k) square += (a[k] - b[k]) * (a[k] - b[k]);
    for (const double w : widths) {
      const double h2 = w * w * static_cast<double>(width_), e = std::exp(-0.5 * square / h2) / widths.size();
      value += e, slope -= e / h2;
    }
    for (std::size_t k = 0; k < width_; ++k) d[k] += static_cast<Real>(factor * slope * (a[k] - b[k]));
    return value;
  }
  /// sum + Σ_j k(x_i, y_j)/pairs over all y but x_i itself; `sides` times its slope with respect to x_i is added to d.
  template <class Real>
  [[gnu::noinline]] double add_kernels(double sum, const sample& x, std::size_t i, const sample& y, double pairs,
                                       double sides, std::span<Real> d) const {
    for (std::size_t j = 0; j < y.x.size(); ++j) {
      if (y.x[j].data() == x.x[i].data()) continue;
      const double alike = likeness(x.phi[i], y.phi[j]);
      sum += alike * similarity(x.x[i], y.x[j], sides / pairs * alike, d) / pairs;
    }
    return sum;
  }

  std::size_t most_, width_ = 0;
  std::vector<double> reference_, scaled_;  ///< observables of these and of a batch, in units of the deviation
  detail::condition_basis basis_;
  std::vector<double> real_phi_, phi_;  ///< of conditions
  std::vector<double> deviation_, parts_;
  double among_real_ = 0;
};

/// weight · mmd_distance to so many real events.
template <class Observables, class Real = float>
requires observable_policy<Observables, Real>
struct mmd_penalty : observable_penalty<Observables, mmd_distance, Real> {
  mmd_penalty(Observables o, double weight, int most = 1024)
      : observable_penalty<Observables, mmd_distance, Real>(std::move(o), weight, most) {}
};

}  // namespace hepgan
