// Energy transforms: named, invertible maps between energies in MeV and pixels, 1 at the norm, kept by name in
// checkpoints. All are monotonic with 0 → 0, so that a cut on energy is a cut on pixels, and what is negative, as a
// generator without a threshold may make it, stays so.
#pragma once
#include <cmath>
#include <hepgan/core/error.hpp>
#include <span>
#include <string>

namespace hepgan::data {

/// With e = E/norm:
///   linear    e                                    the talk's
///   sqrt      e^1/2
///   power:P   e^P, 0 < P ≤ 1                       soft cells, most of an event, weigh more beside a jet's hard core
///   log       ln(1 + E/soft) / ln(1 + norm/soft)   with soft = 500 MeV, the calorimeter's cut
class energy_transform {
 public:
  explicit energy_transform(const std::string& name = "linear", double norm = 4e6) : norm_(norm) {
    if (!(norm > 0 && std::isfinite(norm)))
      throw error({"image norm: found ", norm, ", expected a positive number of MeV"});
    power_ = name == "linear"             ? 1
             : name == "sqrt"             ? 0.5
             : name.starts_with("power:") ? number_in(name.substr(6)).value_or(0)
                                          : 0;
    if (name == "log")
      height_ = std::log1p(norm / soft);
    else if (!(power_ > 0 && power_ <= 1))
      throw error({"energy transform: found ", name.empty() ? "nothing" : name,
                   ", expected linear, sqrt, log or power:P with 0 < P <= 1"});
  }

  double pixel(double energy) const {
    return height_ ? std::log1p(energy / soft) / height_ : raised(energy / norm_, power_);
  }
  double energy(double pixel) const {
    return height_ ? soft * std::expm1(pixel * height_) : norm_ * raised(pixel, 1 / power_);
  }
  /// d energy / d pixel.
  double slope(double pixel) const {
    return height_ ? soft * height_ * std::exp(pixel * height_)
                   : norm_ / power_ * raised(std::abs(pixel), 1 / power_ - 1);
  }

  /// In place, MeV → pixels and back. Empty cells, most of an image, cost nothing.
  void to_pixels(std::span<float> images) const {
    of_lit(images, [&](double x) { return pixel(x); });
  }
  void to_energies(std::span<float> images) const {
    of_lit(images, [&](double x) { return energy(x); });
  }
  void to_energies(std::span<double> images) const {
    of_lit(images, [&](double x) { return energy(x); });
  }

 private:
  static constexpr double soft = 500;

  template <class Real, class F>
  static void of_lit(std::span<Real> images, F f) {
    for (Real& x : images)
      if (x != 0) x = static_cast<Real>(f(x));
  }

  /// |x|^p with the sign of x; `linear` and `sqrt` need no pow, in a loop over every cell of a batch.
  static double raised(double x, double p) {
    const double a = std::abs(x);
    return std::copysign(p == 1 ? a : p == 0.5 ? std::sqrt(a) : p == 2 ? a * a : std::pow(a, p), x);
  }
  double norm_, power_ = 0, height_ = 0;
};

}  // namespace hepgan::data
