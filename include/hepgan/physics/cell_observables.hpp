// What a calorimeter image says before any jet is found, as numbers that can be differentiated: for `cramer_penalty`.
// Jets leave open how many soft cells an event has.
#pragma once
#include <cmath>
#include <hepgan/core/shape.hpp>
#include <span>

namespace hepgan::physics {

/// Of an image in MeV: the total energy in √(GeV/100), and the number of cells with energy, smoothly: Σ E/(E + soft). A
/// cell of `soft` MeV counts half, a hard one whole; near the calorimeter's cut the number still has a slope.
class cell_observables {
 public:
  explicit cell_observables(shape image, double soft = 1000) : size(image.size()), soft_(soft) {}

  static constexpr int count = 2;
  int size;

  struct record {
    double energy;  ///< MeV
  };

  record evaluate(std::span<const float> image, std::span<float> values) const {
    double energy = 0, cells = 0;
    for (const double e : image)
      if (e > 0) energy += e, cells += e / (e + soft_);
    values[0] = static_cast<float>(std::sqrt(1e-5 * energy));
    values[1] = static_cast<float>(cells);
    return {energy};
  }
  void pull_back(const record& event, std::span<const float> image, std::span<const float> d_values,
                 std::span<float> d_image) const {
    const double d_energy = event.energy > 0 ? d_values[0] * 0.5 * std::sqrt(1e-5 / event.energy) : 0;
    for (int i = 0; i < size; ++i) {
      const double e = image[i];
      if (e > 0) d_image[i] += static_cast<float>(d_energy + d_values[1] * soft_ / ((e + soft_) * (e + soft_)));
    }
  }

 private:
  double soft_;
};

}  // namespace hepgan::physics
