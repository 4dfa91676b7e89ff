// What a recipe knows of events beside what its critic finds.
#pragma once
#include <hepgan/data/event_stream.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <hepgan/penalty/mmd.hpp>
#include <hepgan/penalty/moments.hpp>
#include <hepgan/physics/balance_observable.hpp>
#include <hepgan/physics/cell_observables.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/jet_observables.hpp>
#include <hepgan/physics/mass_observables.hpp>
#include <hepgan/physics/pair_observables.hpp>
#include <hepgan/physics/region_observables.hpp>
#include <tuple>

#include "model.hpp"

namespace rpv {

/// Jets, cells, the energy of regions and of rings in η, balance, masses and pairs of cells as in the first training
/// events, each by the penalty that held(observables, weight) makes: under the conditions that the stream's events come
/// with.
template <class Held>
event_penalty events_held(hepgan::data::event_stream& events, const recipe& r, Held held) {
  constexpr std::int64_t enough = 8192;
  using namespace hepgan::physics;
  const hepgan::data::energy_transform transform(r.transform, r.image_norm);
  std::tuple each(held(in_energies(transform, jet_observables(image)), r.jet_weight),
                  held(in_energies(transform, cell_observables(image, {1e3, 1e4, 1e5, 1e6})), r.cell_weight),
                  held(in_energies(transform, region_observables(image)), r.region_weight),
                  held(in_energies(transform, eta_profile(image)), r.region_weight),
                  held(in_energies(transform, balance_observable(image)), r.balance_weight),
                  held(in_energies(transform, mass_observables(image)), r.mass_weight),
                  held(pair_observables(image), r.pair_weight));
  const std::size_t told = events.conditions().size();
  std::vector<float> batch(std::size_t(r.batch) * image.size()), conditions(std::size_t(r.batch) * told);
  const std::int64_t steps = events.steps_per_epoch(r.batch);
  for (std::int64_t step = 0; step < steps && step * r.batch < enough; ++step) {
    events.batch(0, step, r.batch, batch), events.batch_conditions(0, step, r.batch, conditions);
    transform.to_pixels(batch);
    const hepgan::rows<const float> real{batch, std::size_t(image.size())},
        of{conditions, std::max<std::size_t>(told, 1)};
    std::apply([&](auto&... penalty) { (penalty.add(real, of), ...); }, each);
  }
  return {[each = std::move(each)](auto pixels, auto gradient, auto of) mutable {
    double sum = 0;
    std::apply([&](auto&... penalty) { ((sum += penalty(pixels, gradient, of)), ...); }, each);
    return sum;
  }};
}

inline event_penalty events_as_in(hepgan::data::event_stream& events, const recipe& r) {
  if (r.weight_of_events() == 0) return {};
  if (r.matched_by == "moments")
    return events_held(events, r, [](auto o, double w) { return hepgan::moment_penalty(std::move(o), w); });
  if (r.matched_by == "mmd")
    return events_held(events, r, [](auto o, double w) { return hepgan::mmd_penalty(std::move(o), w); });
  return events_held(events, r, [](auto o, double w) { return hepgan::cramer_penalty(std::move(o), w); });
}

}  // namespace rpv
