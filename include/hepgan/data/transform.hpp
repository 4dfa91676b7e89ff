// Energy transforms: named, invertible maps between energies in MeV and pixels from 0 to 1, kept by name in checkpoints.
#pragma once
#include <cmath>
#include <cstdlib>
#include <span>
#include <string>

#include <hepgan/core/error.hpp>

namespace hepgan::data {

/// pixel = (E/norm)^p. `linear` is p = 1 (the talk's), `sqrt` p = 1/2, `power:0.25` any other 0 < p ≤ 1: soft cells, most of
/// an event, then weigh more beside the hard core of a jet. Monotonic with 0 → 0, so that a cut on E is a cut on pixels.
class energy_transform {
 public:
  explicit energy_transform(const std::string& name = "linear", double norm = 4e6) : name_(name), norm_(norm) {
    if (name == "linear") power_ = 1;
    else if (name == "sqrt") power_ = 0.5;
    else if (name.rfind("power:", 0) == 0) {
      char* end = nullptr;
      power_ = std::strtod(name.c_str() + 6, &end);
      if (end == name.c_str() + 6 || *end || !(power_ > 0 && power_ <= 1)) power_ = 0;
    }
    if (power_ == 0) throw error("--transform: found " + name + ", expected linear, sqrt or power:P with 0 < P <= 1");
    if (!(norm > 0)) throw error("--image-norm: found " + std::to_string(norm) + ", expected a positive number of MeV");
  }

  const std::string& name() const { return name_; }
  double norm() const { return norm_; }
  double pixel(double energy) const { return std::pow(energy / norm_, power_); }

  void to_pixels(std::span<float> images) const {
    const float scale = static_cast<float>(1 / norm_), p = static_cast<float>(power_);
    for (float& x : images) x = x == 0 ? 0 : power_ == 1 ? x * scale : power_ == 0.5 ? std::sqrt(x * scale) : std::pow(x * scale, p);
  }
  void to_energies(std::span<float> images) const {
    const float scale = static_cast<float>(norm_), p = static_cast<float>(1 / power_);
    for (float& x : images) x = x == 0 ? 0 : power_ == 1 ? x * scale : power_ == 0.5 ? x * x * scale : scale * std::pow(x, p);
  }

 private:
  std::string name_;
  double norm_, power_ = 0;
};

}  // namespace hepgan::data
