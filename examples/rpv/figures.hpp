// What a comparison of two sets of events comes to, under the names that --json and metrics.csv share.
#pragma once
#include <hepgan/physics/comparison.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace rpv {

/// Those of the talk.
inline nlohmann::ordered_json figures(const hepgan::physics::comparison& c) {
  using namespace hepgan::physics;
  nlohmann::ordered_json all;
  for (std::size_t i = 0; i < talk_observables; ++i) all[std::string("ks_") + observables[i].name] = c.distances[i].ks;
  all["ks_comb"] = c.ks_comb;
  all["n_real"] = c.n_real, all["n_fake"] = c.n_fake, all["no_jet_fraction"] = c.no_jet_fraction;
  return all;
}

/// What came after; the Wasserstein distance to an empty sample is no number, null in JSON.
inline nlohmann::ordered_json further_figures(const hepgan::physics::comparison& c) {
  using namespace hepgan::physics;
  nlohmann::ordered_json all;
  for (std::size_t i = talk_observables; i < observables.size(); ++i)
    all[std::string("ks_") + observables[i].name] = c.distances[i].ks;
  for (std::size_t i = 0; i < observables.size(); ++i)
    all[std::string("w1_") + observables[i].name] = c.distances[i].w1;
  all["correlation_difference"] = c.correlation_difference();
  return all;
}

/// What images say without jets.
inline nlohmann::ordered_json figures(const hepgan::physics::image_comparison& c) {
  using namespace hepgan::physics;
  nlohmann::ordered_json all;
  for (std::size_t i = 0; i < image_observables.size(); ++i)
    all[std::string("ks_") + image_observables[i].name] = c.distances[i].ks;
  all["ks_images"] = c.ks_images;
  for (std::size_t i = 0; i < image_observables.size(); ++i)
    all[std::string("w1_") + image_observables[i].name] = c.distances[i].w1;
  return all;
}

}  // namespace rpv
