// The observables that sets of events are compared by: one table, which comparison, metrics, report and the classifier
// test loop over. Another observable is another row.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <hepgan/core/error.hpp>
#include <hepgan/physics/jet_events.hpp>
#include <numbers>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hepgan::physics {

/// What is drawn from an event: one number, or one for each jet.
struct observable {
  const char* name;  ///< as in ks_NAME and w1_NAME
  const char *text, *unit = "";
  double (*of)(std::span<const jet> event, std::size_t k);  ///< of jet k; of the event, whatever k
  bool each_jet = false;                                    ///< a number for each jet
  std::size_t jets = 1;                                     ///< events with fewer have none
  double low = 0, high = 0;                                 ///< where it lies; no end if high is 0
  bool whole = false;                                       ///< a number of things
  bool combined = false;                                    ///< part of ks_comb
  bool steep = false;                                       ///< falls by orders of magnitude

  /// How many numbers an event gives.
  constexpr std::size_t count(std::size_t jets_found) const {
    return jets_found < jets ? 0 : each_jet ? jets_found : 1;
  }
};

namespace detail {

using event_view = std::span<const jet>;

template <auto Member>
double of_jet(event_view e, std::size_t k) {
  return e[k].*Member;
}
template <std::size_t K>
double pt_of(event_view e, std::size_t) {
  return e[K].pt;
}
inline double number_of_jets(event_view e, std::size_t) { return static_cast<double>(e.size()); }
inline double sum_mass(event_view e, std::size_t) {
  double sum = 0;
  for (const jet& j : e) sum += j.mass;
  return sum;
}
/// |Δφ| of the two leading jets, in [0, π].
inline double delta_phi(event_view e, std::size_t) {
  return std::abs(std::remainder(double(e[0].phi) - e[1].phi, 2 * std::numbers::pi));
}
/// Of the two leading jets: m² = m₁² + m₂² + 2(E₁E₂ − p₁·p₂), with E² = m² + (pT cosh η)² and
/// p₁·p₂ = pT₁ pT₂ (cos Δφ + sinh η₁ sinh η₂).
inline double dijet_mass(event_view e, std::size_t) {
  const double pt1 = e[0].pt, pt2 = e[1].pt, eta1 = e[0].eta, eta2 = e[1].eta, m1 = e[0].mass, m2 = e[1].mass;
  const double energies = std::hypot(m1, pt1 * std::cosh(eta1)) * std::hypot(m2, pt2 * std::cosh(eta2));
  const double momenta = pt1 * pt2 * (std::cos(delta_phi(e, 0)) + std::sinh(eta1) * std::sinh(eta2));
  return std::sqrt((std::max)(0.0, m1 * m1 + m2 * m2 + 2 * (energies - momenta)));
}
inline constexpr double pi = std::numbers::pi;

}  // namespace detail

/// Events without a jet, and for pairs those with one jet, enter
/// no sample: how many there are is what nJet and the share without jets say.
inline constexpr std::array<observable, 11> observables{{
    {.name = "nJet", .text = "number of jets", .of = detail::number_of_jets, .low = 1, .whole = true, .combined = true},
    {.name = "sumMass", .text = "summed jet mass", .unit = "GeV", .of = detail::sum_mass, .combined = true},
    {.name = "jetPt",
     .text = "jet pT",
     .unit = "GeV",
     .of = detail::of_jet<&jet::pt>,
     .each_jet = true,
     .low = 200,
     .combined = true,
     .steep = true},
    {.name = "jetEta", .text = "jet η", .of = detail::of_jet<&jet::eta>, .each_jet = true, .low = -2, .high = 2},
    {.name = "jetPhi",
     .text = "jet φ",
     .unit = "rad",
     .of = detail::of_jet<&jet::phi>,
     .each_jet = true,
     .low = -detail::pi,
     .high = detail::pi},
    {.name = "leadPt", .text = "pT of the leading jet", .unit = "GeV", .of = detail::pt_of<0>, .low = 200},
    {.name = "secondPt", .text = "pT of the second jet", .unit = "GeV", .of = detail::pt_of<1>, .jets = 2, .low = 200},
    {.name = "jetMass", .text = "jet mass", .unit = "GeV", .of = detail::of_jet<&jet::mass>, .each_jet = true},
    {.name = "deltaPhi",
     .text = "Δφ of the two leading jets",
     .unit = "rad",
     .of = detail::delta_phi,
     .jets = 2,
     .high = detail::pi},
    {.name = "dijetMass", .text = "mass of the two leading jets", .unit = "GeV", .of = detail::dijet_mass, .jets = 2},
    {.name = "constituents",
     .text = "constituents per jet",
     .of = detail::of_jet<&jet::constituents>,
     .each_jet = true,
     .low = 1,
     .whole = true},
}};

/// The first are those of the RPV study (CHEP 2018).
inline constexpr std::size_t talk_observables = 5;

/// Their place in the table.
constexpr std::size_t index_of(std::string_view name) {
  for (std::size_t i = 0; i < observables.size(); ++i)
    if (observables[i].name == name) return i;
  throw error({"observables: found ", name, ", expected one of physics/observables.hpp"});
}

/// The sample that events give, in their order.
inline std::vector<float> values(const observable& o, const jet_events& events) {
  std::vector<float> sample;
  for (std::int64_t i = 0; i < events.size(); ++i) {
    const auto event = events[i];
    for (std::size_t k = 0; k < o.count(event.size()); ++k) sample.push_back(static_cast<float>(o.of(event, k)));
  }
  return sample;
}
inline std::vector<float> values(std::string_view name, const jet_events& events) {
  return values(observables[index_of(name)], events);
}

/// A number for every event: 0 where it has too few jets for one.
inline std::vector<float> by_event(std::string_view name, const jet_events& events) {
  const observable& o = observables[index_of(name)];
  std::vector<float> all;
  for (std::int64_t i = 0; i < events.size(); ++i)
    all.push_back(o.count(events[i].size()) > 0 ? static_cast<float>(o.of(events[i], 0)) : 0);
  return all;
}

}  // namespace hepgan::physics
