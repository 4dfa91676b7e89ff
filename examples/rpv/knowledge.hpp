// What a recipe knows of events beside what its critic finds.
#pragma once
#include <hepgan/data/event_stream.hpp>
#include <hepgan/physics/cell_observables.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/jet_observables.hpp>
#include <hepgan/physics/pair_observables.hpp>
#include <hepgan/physics/region_observables.hpp>
#include <tuple>

#include "model.hpp"

namespace rpv {

/// Jets, cells, the energy of regions and of rings in η, and pairs of cells distributed as in the first training
/// events.
inline event_penalty events_as_in(hepgan::data::event_stream& events, const recipe& r) {
  if (r.jet_weight == 0 && r.cell_weight == 0 && r.region_weight == 0 && r.pair_weight == 0) return {};
  constexpr std::int64_t enough = 8192;
  using namespace hepgan::physics;
  using hepgan::cramer_penalty;
  const hepgan::data::energy_transform transform(r.transform, r.image_norm);
  std::tuple held(cramer_penalty(in_energies(transform, jet_observables(image)), r.jet_weight),
                  cramer_penalty(in_energies(transform, cell_observables(image)), r.cell_weight),
                  cramer_penalty(in_energies(transform, region_observables(image)), r.region_weight),
                  cramer_penalty(in_energies(transform, region_observables(image, image.height, 1)), r.region_weight),
                  cramer_penalty(pair_observables(image), r.pair_weight));
  std::vector<float> batch(std::size_t(r.batch) * image.size());
  const std::int64_t steps = events.steps_per_epoch(r.batch);
  for (std::int64_t step = 0; step < steps && step * r.batch < enough; ++step) {
    events.batch(0, step, r.batch, batch);
    transform.to_pixels(batch);
    std::apply([&](auto&... each) { (each.add({batch, std::size_t(image.size())}), ...); }, held);
  }
  return {[held = std::move(held)](hepgan::rows<const float> pixels, hepgan::rows<float> gradient) mutable {
    double sum = 0;
    std::apply([&](auto&... each) { ((sum += each(pixels, gradient)), ...); }, held);
    return sum;
  }};
}

}  // namespace rpv
