// How two sets of events compare by their jets: the five KS values and ks_comb of the RPV study.
#pragma once
#include <cmath>
#include <cstdint>
#include <hepgan/physics/jet_samples.hpp>
#include <hepgan/physics/ks.hpp>
#include <limits>
#include <numbers>

namespace hepgan::physics {

/// Field names are the ones that reports and metrics.csv use.
struct comparison {
  double ks_nJet = ks_limit, ks_sumMass = ks_limit, ks_jetPt = ks_limit, ks_jetEta = ks_limit, ks_jetPhi = ks_limit;
  double ks_comb = 3 * ks_limit;  ///< ks_nJet + ks_sumMass + ks_jetPt
  std::int64_t n_real = 0, n_fake = 0;
  double no_jet_fraction = 0;  ///< of the fake events
  double real_no_jet_fraction = 0;
  double ks_noJet = ks_limit;      ///< −ln p that they are one share: KS itself cannot see events without jets
  bool no_jet_compatible = false;  ///< they agree within 3σ

  /// What the best epoch has least of: ks_comb. Epochs whose share of events without jets is not compatible come after
  /// all that are, among themselves by ks_noJet too, for each of the three samples that lack those events: few jets are
  /// compatible with anything, so a generator that makes hardly any would win.
  double selection() const { return no_jet_compatible ? ks_comb : 3 * ks_limit + ks_comb + 3 * ks_noJet; }
};

/// By how many standard deviations two shares k₁/n₁ and k₂/n₂ differ, with the binomial error of the pooled share.
inline double share_deviation(std::int64_t k1, std::int64_t n1, std::int64_t k2, std::int64_t n2) {
  if (n1 <= 0 || n2 <= 0) return std::numeric_limits<double>::infinity();
  if (k1 * n2 == k2 * n1) return 0;
  const double pooled = double(k1 + k2) / double(n1 + n2);
  const double sigma = std::sqrt(pooled * (1 - pooled) * (1 / double(n1) + 1 / double(n2)));
  return std::abs(double(k1) / double(n1) - double(k2) / double(n2)) / sigma;
}

/// By their jets. Where one sample is empty, ks_limit.
inline comparison compare(const jet_samples& real, const jet_samples& fake) {
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
  const double sigmas = share_deviation(real.without_jets, real.events, fake.without_jets, fake.events);
  c.ks_noJet = minus_log(std::erfc(sigmas / std::numbers::sqrt2));
  c.no_jet_compatible = sigmas <= 3;
  return c;
}

}  // namespace hepgan::physics
