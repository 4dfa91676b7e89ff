// How many cells of a calorimeter image hold energy, as numbers that can be differentiated: for `cramer_penalty`.
#pragma once
#include <cmath>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hepgan::physics {

/// Of an image in MeV: for each threshold c, the number of cells above it, smoothly: Σ 1/(1 + (c/E)ⁿ), a logistic curve
/// in ln E of slope n. A cell at the threshold counts half; its share rises from 1/8 to 7/8 between c·7^(−1/n) and
/// c·7^(1/n). At n = 1 it is E/(E + c), which counts hard cells more where they are harder; at the calorimeter's cut,
/// above which all cells are, n = 4 counts those from twice the cut as whole (0.94), and still moves the ones at it.
class occupancy_observables {
 public:
  explicit occupancy_observables(shape image, std::vector<double> thresholds, double slope = 4)
      : count(static_cast<int>(thresholds.size())),
        size(image.size()),
        slope_(slope),
        thresholds_(std::move(thresholds)) {
    for (const double c : thresholds_)
      if (!(c > 0)) throw error({"occupancy: found a threshold of ", c, " MeV, expected more than 0"});
    if (!(slope >= 1))  // below, the slope of an empty cell is infinite
      throw error({"occupancy: found a slope of ", slope, ", expected 1 or more"});
  }

  int count, size;
  struct record {
    std::vector<int> lit;  ///< cells with energy
    std::vector<double> numbers;
  };

  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, record& event) const {
    event.lit.resize(size), event.numbers.assign(count, 0);
    int n = 0;
    for (int i = 0; i < size; ++i) event.lit[n] = i, n += image[i] > 0;  // a branch would be foreseen too seldom
    event.lit.resize(n);
    for (const int i : event.lit)
      for (int k = 0; k < count; ++k) event.numbers[k] += share(image[i], thresholds_[k]);
    for (int k = 0; k < count; ++k) values[k] = static_cast<Real>(event.numbers[k]);
  }
  /// Lit cells have the slope `d` beside.
  template <class Real>
  void pull_back(const record& event, std::span<const Real> image, std::span<const Real> d_values,
                 std::span<Real> d_image, double d = 0) const {
    for (const int i : event.lit) {
      double sum = d;
      for (int k = 0; k < count; ++k) sum += d_share(image[i], thresholds_[k], d_values[k]);
      d_image[i] += static_cast<Real>(sum);
    }
  }

 private:
  double share(double e, double c) const { return slope_ == 1 ? e / (e + c) : 1 / (1 + std::pow(c / e, slope_)); }
  /// d · ∂share/∂e.
  double d_share(double e, double c, double d) const {
    if (slope_ == 1) return d * c / ((e + c) * (e + c));
    const double s = share(e, c);
    return d * slope_ * s * (1 - s) / e;
  }

  double slope_;
  std::vector<double> thresholds_;  ///< MeV
};

}  // namespace hepgan::physics
