// Observables of energies, on a generator's pixels.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/data/transform.hpp>
#include <hepgan/penalty/observed_events.hpp>
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
  template <class Real>
  requires observable_policy<O, Real>
  struct record {
    record_of<O, Real> of;
    std::vector<Real> energies, slopes;  ///< MeV; and per MeV
  };

  template <class Real>
  void evaluate(std::span<const Real> pixels, std::span<Real> values, record<Real>& event) const {
    event.energies.assign(pixels.begin(), pixels.end());
    transform_.to_energies(event.energies);
    if (!std::ranges::all_of(event.energies, [](Real e) { return std::isfinite(e); })) {
      // a generator that diverges: so does its loss
      std::ranges::fill(values, std::numeric_limits<Real>::quiet_NaN());
      return;
    }
    observables_.evaluate(std::span<const Real>(event.energies), values, event.of);
  }
  template <class Real>
  void pull_back(record<Real>& event, std::span<const Real> pixels, std::span<const Real> d_values,
                 std::span<Real> d_pixels) const {
    event.slopes.assign(size, 0);
    observables_.pull_back(event.of, std::span<const Real>(event.energies), d_values, std::span<Real>(event.slopes));
    for (int i = 0; i < size; ++i)
      if (const Real d = event.slopes[i]; d != 0) d_pixels[i] += static_cast<Real>(d * transform_.slope(pixels[i]));
  }

 private:
  data::energy_transform transform_;
  O observables_;
};

}  // namespace hepgan::physics
