// What a calorimeter image says before any jet is found, as numbers that can be differentiated: for `cramer_penalty`.
// Jets leave open how many soft cells an event has, and how hard its hard cells are.
#pragma once
#include <hepgan/physics/occupancy_observables.hpp>
#include <hepgan/physics/root_of_energy.hpp>

namespace hepgan::physics {

/// Of an image in MeV: the total energy in √(GeV/100), and the numbers of cells above about each scale, smoothly:
/// Σ E/(E + scale), or a steeper curve. A cell at the scale counts half; near the calorimeter's cut the number still
/// has a slope. With a weight of each, they are energy_observable and occupancy_observables.
class cell_observables {
 public:
  explicit cell_observables(shape image, std::vector<double> scales = {1e3, 1e4, 1e5}, double slope = 1)
      : count(1 + static_cast<int>(scales.size())), size(image.size()), cells_(image, std::move(scales), slope) {}

  int count, size;
  struct record {
    double energy;  ///< MeV
    occupancy_observables::record cells;
  };

  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, record& event) const {
    cells_.evaluate(image, values.subspan(1), event.cells);
    event.energy = 0;
    for (const int i : event.cells.lit) event.energy += image[i];
    values[0] = root_of_energy<Real>(1e-3 * event.energy);
  }
  template <class Real>
  void pull_back(const record& event, std::span<const Real> image, std::span<const Real> d_values,
                 std::span<Real> d_image) const {
    const double d_energy = d_values[0] * 1e-3 * root_slope(1e-3 * event.energy);
    cells_.pull_back(event.cells, image, d_values.subspan(1), d_image, d_energy);
  }

 private:
  occupancy_observables cells_;
};

}  // namespace hepgan::physics
