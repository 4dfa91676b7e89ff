// Observables of energies, on a generator's pixels.
#pragma once
#include <hepgan/data/transform.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <vector>

namespace hepgan::physics {

/// Observables that are defined on images in MeV, on images of transformed energies: the chain rule of the transform.
template <observable_policy O>
class in_energies {
 public:
  in_energies(data::energy_transform t, O o)
      : count(o.count), size(o.size), transform_(std::move(t)), observables_(std::move(o)) {}

  int count, size;

  auto evaluate(std::span<const float> pixels, std::span<float> values) const {
    return observables_.evaluate(energies(pixels), values);
  }
  template <class Record>
  void pull_back(const Record& record, std::span<const float> pixels, std::span<const float> d_values,
                 std::span<float> d_pixels) const {
    std::vector<float> d(size);
    observables_.pull_back(record, energies(pixels), d_values, d);
    for (int i = 0; i < size; ++i)
      if (d[i] != 0) d_pixels[i] += static_cast<float>(d[i] * transform_.slope(pixels[i]));
  }

 private:
  std::vector<float> energies(std::span<const float> pixels) const {
    std::vector<float> image(pixels.begin(), pixels.end());
    transform_.to_energies(image);
    return image;
  }
  data::energy_transform transform_;
  O observables_;
};

}  // namespace hepgan::physics
