// How two sets of events compare, by their jets and by their cells: each observable's KS value and Wasserstein
// distance, ks_comb of the RPV study, and correlations.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <hepgan/physics/correlations.hpp>
#include <hepgan/physics/image_observables.hpp>
#include <hepgan/physics/ks.hpp>
#include <hepgan/physics/means.hpp>
#include <hepgan/physics/wasserstein.hpp>
#include <limits>
#include <numbers>

namespace hepgan::physics {

struct comparison {
  struct distance {
    double ks = ks_limit;                                 ///< −ln p of the Kolmogorov-Smirnov test
    double w1 = std::numeric_limits<double>::infinity();  ///< Wasserstein-1, in the observable's unit
  };
  std::array<distance, observables.size()> distances;  ///< by observable
  double ks_comb = 3 * ks_limit;                       ///< ks_nJet + ks_sumMass + ks_jetPt
  std::int64_t n_real = 0, n_fake = 0;
  double no_jet_fraction = 0;  ///< of the fake events
  double real_no_jet_fraction = 0;
  double ks_noJet = ks_limit;      ///< −ln p that they are one share: KS itself cannot see events without jets
  bool no_jet_compatible = false;  ///< they agree within 3σ
  correlation_matrix real_correlations{}, fake_correlations{};

  const distance& of(std::string_view name) const { return distances[index_of(name)]; }
  double correlation_difference() const { return largest_difference(real_correlations, fake_correlations); }

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

/// By their jets. Where one sample of an observable is empty, its ks is ks_limit and its w1 infinite.
inline comparison compare(const jet_events& real, const jet_events& fake) {
  comparison c;
  c.ks_comb = 0;
  for (std::size_t i = 0; i < observables.size(); ++i) {
    const auto a = values(observables[i], real), b = values(observables[i], fake);
    c.distances[i] = {ks(a, b), wasserstein_1(a, b)};
    if (observables[i].combined) c.ks_comb += c.distances[i].ks;
  }
  c.n_real = real.size();
  c.n_fake = fake.size();
  c.no_jet_fraction = fake.no_jet_fraction();
  c.real_no_jet_fraction = real.no_jet_fraction();
  const double sigmas = share_deviation(real.without_jets(), real.size(), fake.without_jets(), fake.size());
  c.ks_noJet = minus_log(std::erfc(sigmas / std::numbers::sqrt2));
  c.no_jet_compatible = sigmas <= 3;
  c.real_correlations = correlations(real), c.fake_correlations = correlations(fake);
  return c;
}

/// What cells say, whether or not they make jets.
struct image_comparison {
  std::array<comparison::distance, image_observables.size()> distances;  ///< by observable
  std::array<double, image_observables.size()> real_means{}, fake_means{};
  double ks_images = image_observables.size() * ks_limit;  ///< the sum of all
};

inline image_comparison compare(const image_samples& real, const image_samples& fake) {
  image_comparison c;
  c.ks_images = 0;
  for (std::size_t i = 0; i < image_observables.size(); ++i) {
    c.distances[i] = {ks(real[i], fake[i]), wasserstein_1(real[i], fake[i])};
    c.ks_images += c.distances[i].ks;
    c.real_means[i] = mean(real[i]), c.fake_means[i] = mean(fake[i]);
  }
  return c;
}

}  // namespace hepgan::physics
