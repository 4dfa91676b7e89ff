// How far an event's momenta cancel across the beam, as a number that can be differentiated: for penalties on generated
// events. It is a sum over all of the detector, which neither jets nor regions hold to anything.
#pragma once
#include <cmath>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/cell_directions.hpp>
#include <hepgan/physics/root_of_energy.hpp>
#include <span>
#include <vector>

namespace hepgan::physics {

/// Of an image in MeV: missing transverse energy, |Σ E n| of the cells' directions n across the beam, in √(GeV/100).
class balance_observable {
 public:
  explicit balance_observable(shape image, double eta_max = default_eta_max) : size(image.size()) {
    if (image.channels != 1) throw error({"balance: found an image of ", to_string(image), ", expected one channel"});
    const cell_directions cells(image, eta_max);
    for (int i = 0; i < size; ++i) x_.push_back(cells[i][0]), y_.push_back(cells[i][1]);
  }

  static constexpr int count = 1;
  int size;
  struct record {
    double x, y;  ///< Σ E n, MeV
  };

  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, record& sum) const {
    sum = {0, 0};
    for (int i = 0; i < size; ++i)
      if (image[i] > 0) sum.x += image[i] * x_[i], sum.y += image[i] * y_[i];
    values[0] = root_of_energy<Real>(1e-3 * std::hypot(sum.x, sum.y));
  }
  template <class Real>
  void pull_back(const record& sum, std::span<const Real> image, std::span<const Real> d_values,
                 std::span<Real> d_image) const {
    const double missing = std::hypot(sum.x, sum.y);
    if (missing == 0) return;
    const double d = d_values[0] * 1e-3 * root_slope(1e-3 * missing) / missing;
    for (int i = 0; i < size; ++i)
      if (image[i] > 0) d_image[i] += static_cast<Real>(d * (sum.x * x_[i] + sum.y * y_[i]));
  }

 private:
  std::vector<double> x_, y_;
};

}  // namespace hepgan::physics
