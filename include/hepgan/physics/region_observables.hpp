// Where in the detector an event's energy lies, as numbers that can be differentiated: for `cramer_penalty`.
#pragma once
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/root_of_energy.hpp>
#include <span>
#include <string>
#include <vector>

namespace hepgan::physics {

/// Of an image in MeV: the energy in each region of a grid over η and φ, in √(GeV/100), row by row. A generator that
/// makes the right jets at a few places only differs here.
class region_observables {
 public:
  [[gnu::noinline]] explicit region_observables(shape image, int rows = 8, int columns = 8)
      : count(rows * columns),
        size(image.size()),
        height_(rows > 0 ? image.height / rows : 0),
        width_(columns > 0 ? image.width / columns : 0),
        columns_(columns),
        image_width_(image.width) {
    if (image.channels != 1 || rows < 1 || columns < 1 || image.height % rows != 0 || image.width % columns != 0)
      throw error({"regions: found an image of ", to_string(image), ", expected one channel that ", rows, " x ",
                   columns, " regions divide, at least one"});
  }

  int count, size;
  using record = std::vector<double>;  ///< energies, MeV

  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, record& energy) const {
    energy.assign(count, 0);
    for (int i = 0; i < size; ++i)
      if (image[i] > 0) energy[region_of(i)] += image[i];
    for (int k = 0; k < count; ++k) values[k] = root_of_energy<Real>(1e-3 * energy[k]);
  }
  template <class Real>
  void pull_back(const record& energy, std::span<const Real> image, std::span<const Real> d_values,
                 std::span<Real> d_image) const {
    for (int i = 0; i < size; ++i)
      if (const int k = region_of(i); image[i] > 0)
        d_image[i] += static_cast<Real>(d_values[k] * 1e-3 * root_slope(1e-3 * energy[k]));
  }

 private:
  int region_of(int pixel) const { return pixel / image_width_ / height_ * columns_ + pixel % image_width_ / width_; }
  int height_, width_, columns_, image_width_;
};

/// In √(GeV/100), each with a weight of its own: the total energy, the energy of each row of cells, of each column.
struct energy_observable : region_observables {
  explicit energy_observable(shape image) : region_observables(image, 1, 1) {}
};
struct eta_profile : region_observables {
  explicit eta_profile(shape image) : region_observables(image, image.height, 1) {}
};
struct phi_profile : region_observables {
  explicit phi_profile(shape image) : region_observables(image, 1, image.width) {}
};

}  // namespace hepgan::physics
