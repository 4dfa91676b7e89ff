// What a calorimeter image says before any jet is found, as numbers that can be differentiated: for `cramer_penalty`.
// Jets leave open how many soft cells an event has, and how hard its hard cells are.
#pragma once
#include <array>
#include <cmath>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/root_of_energy.hpp>
#include <span>

namespace hepgan::physics {

/// Of an image in MeV: the total energy in √(GeV/100), and the numbers of cells above about 1, 10 and 100 GeV,
/// smoothly: Σ E/(E + scale). A cell at the scale counts half; near the calorimeter's cut the number still has a slope.
class cell_observables {
 public:
  explicit cell_observables(shape image) : size(image.size()) {}

  static constexpr int count = 4;
  int size;
  using record = double;  ///< total energy, MeV

  void evaluate(std::span<const float> image, std::span<float> values, double& energy) const {
    energy = 0;
    std::array<double, scales.size()> cells{};
    for (const double e : image)
      if (e > 0) {
        energy += e;
        for (std::size_t k = 0; k < scales.size(); ++k) cells[k] += e / (e + scales[k]);
      }
    values[0] = root_of_energy(1e-3 * energy);
    for (std::size_t k = 0; k < scales.size(); ++k) values[1 + k] = static_cast<float>(cells[k]);
  }
  void pull_back(double energy, std::span<const float> image, std::span<const float> d_values,
                 std::span<float> d_image) const {
    const double d_energy = d_values[0] * 1e-3 * root_slope(1e-3 * energy);
    for (int i = 0; i < size; ++i) {
      const double e = image[i];
      if (!(e > 0)) continue;
      double d = d_energy;
      for (std::size_t k = 0; k < scales.size(); ++k)
        d += d_values[1 + k] * scales[k] / ((e + scales[k]) * (e + scales[k]));
      d_image[i] += static_cast<float>(d);
    }
  }

 private:
  static constexpr std::array<double, 3> scales{1e3, 1e4, 1e5};  // MeV
};

}  // namespace hepgan::physics
