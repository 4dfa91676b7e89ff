// What jets say about a set of events, and how two sets compare: the five KS values and ks_comb of the RPV study.
#pragma once
#include <cmath>
#include <cstdint>
#include <hepgan/physics/ks.hpp>
#include <span>
#include <vector>

namespace hepgan::physics {

/// A jet in the detector frame, GeV; φ in (−π, π].
struct jet {
  float pt = 0, eta = 0, phi = 0, mass = 0;
};

/// Samples gathered over events. Events without a jet are counted, but enter no sample.
struct observables {
  std::vector<float> n_jet, sum_mass;           // per event with at least one jet
  std::vector<float> jet_pt, jet_eta, jet_phi;  // per jet
  std::int64_t events = 0, without_jets = 0;

  /// Adds one event.
  void add(std::span<const jet> jets) {
    ++events;
    if (jets.empty()) {
      ++without_jets;
      return;
    }
    double mass = 0;
    for (const jet& j : jets) {
      mass += j.mass;
      jet_pt.push_back(j.pt);
      jet_eta.push_back(j.eta);
      jet_phi.push_back(j.phi);
    }
    n_jet.push_back(static_cast<float>(jets.size()));
    sum_mass.push_back(static_cast<float>(mass));
  }

  double no_jet_fraction() const { return events ? double(without_jets) / double(events) : 0; }
};

/// Field names are the ones that reports and metrics.csv use.
struct comparison {
  double ks_nJet = ks_limit, ks_sumMass = ks_limit, ks_jetPt = ks_limit, ks_jetEta = ks_limit, ks_jetPhi = ks_limit;
  double ks_comb = 3 * ks_limit;  ///< ks_nJet + ks_sumMass + ks_jetPt
  std::int64_t n_real = 0, n_fake = 0;
  double no_jet_fraction = 0;  ///< of the fake events
  double real_no_jet_fraction = 0;
  bool no_jet_compatible = false;  ///< the two fractions agree within 3σ: KS itself cannot see events without jets
};

/// Two shares k₁/n₁ and k₂/n₂ agree within `sigmas` of the binomial error of their difference, by the pooled share.
inline bool shares_agree(std::int64_t k1, std::int64_t n1, std::int64_t k2, std::int64_t n2, double sigmas = 3) {
  if (n1 <= 0 || n2 <= 0) return false;
  const double pooled = double(k1 + k2) / double(n1 + n2);
  const double sigma = std::sqrt(pooled * (1 - pooled) * (1 / double(n1) + 1 / double(n2)));
  return std::abs(double(k1) / double(n1) - double(k2) / double(n2)) <= sigmas * sigma;
}

inline comparison compare(const observables& real, const observables& fake) {
  comparison c;
  c.ks_nJet = ks(real.n_jet, fake.n_jet);
  c.ks_sumMass = ks(real.sum_mass, fake.sum_mass);
  c.ks_jetPt = ks(real.jet_pt, fake.jet_pt);
  c.ks_jetEta = ks(real.jet_eta, fake.jet_eta);
  c.ks_jetPhi = ks(real.jet_phi, fake.jet_phi);
  c.ks_comb = c.ks_nJet + c.ks_sumMass + c.ks_jetPt;
  c.n_real = real.events;
  c.n_fake = fake.events;
  c.no_jet_fraction = fake.no_jet_fraction();
  c.real_no_jet_fraction = real.no_jet_fraction();
  c.no_jet_compatible = shares_agree(real.without_jets, real.events, fake.without_jets, fake.events);
  return c;
}

}  // namespace hepgan::physics
