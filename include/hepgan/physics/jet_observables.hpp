// Jets as numbers of one event that can be differentiated with respect to its cells, for `cramer_penalty`: they are
// what ks_comb looks at. Under the GPL with FastJet, as jets.hpp is.
#pragma once
#include <hepgan/physics/jets.hpp>
#include <hepgan/physics/root_of_energy.hpp>

namespace hepgan::physics {

/// Of an image in MeV, in √(GeV/100): pT of the hardest jets (0 where there are fewer), then their masses, then the
/// summed mass of the jets that an analysis keeps. Jets are found down to `softest` GeV, so that the k-th jet's pT
/// passes smoothly through the analysis' cut, and with it the number of jets.
///
/// Which cells a jet has does not change with small changes of their energies, for almost every event. So, with n the
/// direction of cell i,  ∂pT/∂E_i = (p_x n_x + p_y n_y)/pT  and  ∂m/∂E_i = (E − p·n)/m.
class jet_observables {
 public:
  explicit jet_observables(shape image, int jets = 8, jet_options kept = {}, double softest = 20)
      : count(2 * jets + 1),
        size(image.size()),
        jets_(jets),
        kept_pt_(kept.jet_pt),
        find_(image, down_to(softest, kept)) {}

  int count, size;

  struct found_jet {
    double px, py, pz, e, pt, m;
    std::size_t first_cell, last_cell;
  };
  struct record {
    std::vector<found_jet> jets;
    std::vector<int> cells;  ///< of all jets, one after another
    double sum_mass = 0;
  };

  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, record& event) const {
    event.jets.clear(), event.cells.clear(), event.cells.reserve(size), event.sum_mass = 0;
    find_.visit(image, [&](const fastjet::PseudoJet& j) {
      const std::size_t first = event.cells.size();
      for (const auto& tower : j.constituents()) event.cells.push_back(tower.user_index());
      event.jets.push_back({j.px(), j.py(), j.pz(), j.e(), j.pt(), (std::max)(0.0, j.m()), first, event.cells.size()});
      if (j.pt() > kept_pt_) event.sum_mass += event.jets.back().m;
    });
    std::ranges::fill(values, Real(0));
    for (int k = 0; k < listed(event); ++k) {
      values[k] = root_of_energy<Real>(event.jets[k].pt);
      values[jets_ + k] = root_of_energy<Real>(event.jets[k].m);
    }
    values[2 * jets_] = root_of_energy<Real>(event.sum_mass);
  }

  template <class Real>
  void pull_back(const record& event, std::span<const Real>, std::span<const Real> d_values,
                 std::span<Real> d_image) const {
    for (int k = 0; k < static_cast<int>(event.jets.size()); ++k) {
      const found_jet& j = event.jets[k];
      const double d_pt = k < jets_ ? d_values[k] * slope(j.pt) : 0;
      const double d_m = (k < jets_ ? d_values[jets_ + k] * slope(j.m) : 0) +
                         (j.pt > kept_pt_ ? d_values[2 * jets_] * slope(event.sum_mass) : 0);
      for (std::size_t c = j.first_cell; c < j.last_cell; ++c) {
        const int i = event.cells[c];
        const auto n = find_.direction(i);
        double d = d_pt * (j.px * n[0] + j.py * n[1]) / j.pt;
        if (j.m > lightest) d += d_m * (j.e - j.px * n[0] - j.py * n[1] - j.pz * n[2]) / j.m;
        d_image[i] += static_cast<Real>(1e-3 * d);  // per MeV
      }
    }
  }

 private:
  static constexpr double lightest = 0.1;  ///< GeV; the mass of a single tower is rounding

  static jet_options down_to(double pt, jet_options o) {
    o.jet_pt = pt;
    return o;
  }
  int listed(const record& event) const { return (std::min)(jets_, static_cast<int>(event.jets.size())); }
  static double slope(double gev) { return gev > lightest ? root_slope(gev) : 0; }

  int jets_;
  double kept_pt_;
  jet_finder find_;
};

}  // namespace hepgan::physics
