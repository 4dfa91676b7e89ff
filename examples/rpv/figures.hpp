// What a comparison of two sets of events comes to, under the names that --json and metrics.csv share.
#pragma once
#include <cstdio>
#include <hepgan/physics/comparison.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "classifier.hpp"

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

/// ", 52.1 % without a jet, real 3.0 %": where that share does not fit, which ks_comb cannot tell.
inline std::string share_without_jets(const hepgan::physics::comparison& c) {
  if (c.no_jet_compatible) return "";
  char text[64];
  std::snprintf(text, sizeof text, ", %.1f %% without a jet, real %.1f %%", 100 * c.no_jet_fraction,
                100 * c.real_no_jet_fraction);
  return text;
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

/// What classifiers say; null where there were too few events.
inline nlohmann::ordered_json figures(const std::optional<told_apart>& told) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const told_apart t = told.value_or(told_apart{{none, none}, {none, none}, {none, none}, {none, none}});
  nlohmann::ordered_json all;
  const auto add = [&](const std::string& name, const hepgan::auc_estimate& a) {
    all[name] = a.value, all[name + "_error"] = a.error;
  };
  add("auc_images", t.images), add("auc_images_floor", t.images_floor);
  add("auc_features", t.features), add("auc_features_floor", t.features_floor);
  return all;
}

}  // namespace rpv
