// Observables of energies, on a generator's pixels.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/data/transform.hpp>
#include <hepgan/penalty/observable_penalty.hpp>
#include <limits>
#include <vector>

namespace hepgan::physics {

/// Observables that are defined on images in MeV, on images of transformed energies: the chain rule of the transform.
template <observable_policy O>
class in_energies {
 public:
  in_energies(data::energy_transform t, O o)
      : count(o.count), size(o.size), transform_(std::move(t)), observables_(std::move(o)) {}

  int count, size;
  struct record {
    typename O::record of;
    std::vector<float> energies, slopes;  ///< MeV; and per MeV
  };

  void evaluate(std::span<const float> pixels, std::span<float> values, record& event) const {
    event.energies.assign(pixels.begin(), pixels.end());
    transform_.to_energies(event.energies);
    if (!std::ranges::all_of(event.energies, [](float e) { return std::isfinite(e); })) {
      std::ranges::fill(values,
                        std::numeric_limits<float>::quiet_NaN());  // a generator that diverges: so does its loss
      return;
    }
    observables_.evaluate(event.energies, values, event.of);
  }
  void pull_back(record& event, std::span<const float> pixels, std::span<const float> d_values,
                 std::span<float> d_pixels) const {
    event.slopes.assign(size, 0);
    observables_.pull_back(event.of, event.energies, d_values, event.slopes);
    for (int i = 0; i < size; ++i)
      if (const float d = event.slopes[i]; d != 0) d_pixels[i] += static_cast<float>(d * transform_.slope(pixels[i]));
  }

 private:
  data::energy_transform transform_;
  O observables_;
};

}  // namespace hepgan::physics
