// What a comparison of two sets of events comes to, under the names that --json and metrics.csv share.
#pragma once
#include <hepgan/physics/comparison.hpp>
#include <nlohmann/json.hpp>

namespace rpv {

inline nlohmann::ordered_json figures(const hepgan::physics::comparison& c) {
  return {{"ks_nJet", c.ks_nJet},     {"ks_sumMass", c.ks_sumMass}, {"ks_jetPt", c.ks_jetPt},
          {"ks_jetEta", c.ks_jetEta}, {"ks_jetPhi", c.ks_jetPhi},   {"ks_comb", c.ks_comb},
          {"n_real", c.n_real},       {"n_fake", c.n_fake},         {"no_jet_fraction", c.no_jet_fraction}};
}

}  // namespace rpv
