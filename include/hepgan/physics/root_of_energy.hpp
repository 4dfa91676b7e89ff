// The scale on which energies are compared: a root spreads a falling spectrum over its range.
#pragma once
#include <cmath>

namespace hepgan::physics {

/// √(E/100 GeV) of an energy, a momentum or a mass in GeV; and its slope per GeV, 0 at 0.
template <class Real>
Real root_of_energy(double gev) {
  return static_cast<Real>(std::sqrt(gev / 100));
}
inline double root_slope(double gev) { return gev > 0 ? 0.05 / std::sqrt(gev) : 0; }

}  // namespace hepgan::physics
