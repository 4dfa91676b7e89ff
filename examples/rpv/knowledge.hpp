// What a recipe knows of events beside what its critic finds.
#pragma once
#include <hepgan/data/event_stream.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/jet_observables.hpp>

#include "model.hpp"

namespace rpv {

/// Jets distributed as in the first training events.
inline event_penalty jets_as_in(hepgan::data::event_stream& events, const recipe& r) {
  if (r.jet_weight == 0) return {};
  constexpr std::int64_t enough = 8192;
  const hepgan::data::energy_transform transform(r.transform, r.image_norm);
  hepgan::matching jets(hepgan::physics::in_energies(transform, hepgan::physics::jet_observables(image)), r.jet_weight);
  std::vector<float> batch(std::size_t(r.batch) * image.size());
  const std::int64_t steps = events.steps_per_epoch(r.batch);
  for (std::int64_t step = 0; step < steps && step * r.batch < enough; ++step) {
    events.batch(0, step, r.batch, batch);
    transform.to_pixels(batch);
    jets.add(batch);
  }
  return {[jets](std::span<const float> pixels, std::span<float> gradient) { return jets(pixels, gradient); }};
}

}  // namespace rpv
