// Where the cells of a calorimeter image lie: rows are bins of η, columns bins of φ over the whole circle.
#pragma once
#include <array>
#include <cmath>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <numbers>
#include <vector>

namespace hepgan::physics {

/// Where a calorimeter ends that nobody describes otherwise.
inline constexpr double default_eta_max = 2.5;

/// Of bin centres, worked out once. Rows span [−eta_max, eta_max], columns [−π, π].
class cell_directions {
 public:
  explicit cell_directions(shape image, double eta_max = default_eta_max) : width_(image.width) {
    for (int r = 0; r < image.height; ++r) {
      const double eta = eta_max * ((2 * r + 1.0) / image.height - 1);
      cosh_.push_back(std::cosh(eta));
      sinh_.push_back(std::sinh(eta));
    }
    for (int c = 0; c < image.width; ++c) {
      const double phi = std::numbers::pi * ((2 * c + 1.0) / image.width - 1);
      cos_.push_back(std::cos(phi));
      sin_.push_back(std::sin(phi));
    }
  }

  /// cosh η: energy over transverse energy.
  double cosh_eta(int pixel) const { return cosh_[pixel / width_]; }
  /// Unit vector: a cell is massless, so its momentum is E times that.
  std::array<double, 3> operator[](int pixel) const {
    const int r = pixel / width_, c = pixel % width_;
    return {cos_[c] / cosh_[r], sin_[c] / cosh_[r], sinh_[r] / cosh_[r]};
  }

 private:
  int width_;
  std::vector<double> cosh_, sinh_, cos_, sin_;
};

}  // namespace hepgan::physics
