// What jets say about a set of events.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace hepgan::physics {

/// A jet in the detector frame, GeV; φ in (−π, π].
struct jet {
  float pt = 0, eta = 0, phi = 0, mass = 0;
};

/// Samples gathered over events. Events without a jet are counted, but enter no sample.
struct jet_samples {
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

  /// Adds further events, after these.
  jet_samples& operator+=(const jet_samples& more) {
    const auto append = [](std::vector<float>& to, const std::vector<float>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(n_jet, more.n_jet), append(sum_mass, more.sum_mass);
    append(jet_pt, more.jet_pt), append(jet_eta, more.jet_eta), append(jet_phi, more.jet_phi);
    events += more.events, without_jets += more.without_jets;
    return *this;
  }

  double no_jet_fraction() const { return events ? double(without_jets) / double(events) : 0; }
};

}  // namespace hepgan::physics
