// Toy events, part 3: partons radiate, and break up into hadrons that reach the calorimeter.
#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

#include "toy_calorimeter.hpp"
#include "toy_kinematics.hpp"

namespace rpv::toy {

/// A direction turned by `theta` towards azimuth `phi` around itself.
struct direction {
  double x, y, z;
  direction turned(double theta, double phi) const {
    // Two axes across: the first lies in the plane of this and whichever of z and x is farther from it.
    const bool steep = std::abs(z) > 0.9;
    double ax = steep ? 0 : -y, ay = steep ? -z : x, az = steep ? y : 0;
    const double norm = 1 / std::sqrt(ax * ax + ay * ay + az * az);
    ax *= norm, ay *= norm, az *= norm;
    const double bx = y * az - z * ay, by = z * ax - x * az, bz = x * ay - y * ax;
    const double s = std::sin(theta), c = std::cos(theta), u = s * std::cos(phi), v = s * std::sin(phi);
    return {c * x + u * ax + v * bx, c * y + u * ay + v * by, c * z + u * az + v * bz};
  }
};

class fragmentation {
 public:
  fragmentation(random& r, calorimeter& detector) : random_(r), detector_(detector) {}

  void quark(vec4 p) { start(p, 4.0 / 3); }
  void gluon(vec4 p) { start(p, 3.0); }

  /// Soft particles, flat in η and φ: their number varies much from event to event.
  void underlying_event() {
    const double activity = ue_mean * std::exp(0.35 * random_.normal());
    soft(random_.poisson(activity), [&] { return 0.2 + random_.exponential(ue_pt); });
  }
  /// Another collision of the same crossing: a geometric number of particles, whose spectrum falls as
  /// (1 + pT/p0)^−n.
  void minimum_bias() {
    soft(random_.poisson(random_.exponential(mb_mean)),
         [&] { return mb_p0 * (std::pow(random_.uniform(), 1 / (1 - mb_power)) - 1); });
  }

 private:
  static constexpr double cutoff = 1.0;       // GeV: softest emission
  static constexpr double alpha_most = 0.45;  // α_s is frozen there
  static constexpr double hadron_kt = 0.3;    // GeV
  static constexpr double ue_mean = 140, ue_pt = 0.65;
  static constexpr double mb_mean = 80, mb_p0 = 2.5, mb_power = 7;

  template <class Pt>
  void soft(int n, Pt pt_of_next) {
    for (int i = 0; i < n; ++i) {
      const double pt = pt_of_next(), eta = random_.uniform(-2.8, 2.8), phi = random_.angle();
      const vec4 p = massless(pt, eta, phi);
      detector_.add(species(), p.px, p.py, p.pz, p.e);
    }
  }

  static double alpha_s(double kt) { return std::min(alpha_most, 1 / (0.61 * 2 * std::log(std::max(kt, 0.5) / 0.17))); }

  particle species() {
    const double u = random_.uniform();
    return u < 0.60    ? particle::charged
           : u < 0.90  ? particle::photon
           : u < 0.985 ? particle::neutral
                       : particle::unseen;
  }

  void start(vec4 p, double colour) {
    const double q = p.momentum();
    if (q <= 0) return;
    const double widest = 1.2 * std::sqrt(p.px * p.px + p.py * p.py) / q;  // ΔR = 1.2, as an angle: θ = ΔR / cosh η
    cascade({p.px / q, p.py / q, p.pz / q}, p.e, widest, colour);
  }

  /// Emissions with rate 2Cα_s/π dθ/θ dz/z, from wide to narrow (coherence), kT = zEθ above the cutoff. With
  /// l = ln(Eθ/cutoff) the rate at constant α_s is a·l dl, so that l² falls by exponential steps; the veto does the
  /// rest.
  void cascade(direction d, double e, double theta, double colour) {
    const double a = 2 * colour * alpha_most / std::numbers::pi;
    while (true) {
      const double l = std::log(e * theta / cutoff);
      const double square = l > 0 ? l * l - 2 * random_.exponential() / a : -1;
      if (square <= 0) break;
      const double next = std::sqrt(square), z = std::exp(-next * random_.uniform());
      theta *= std::exp(next - l);
      const double kt = z * e * theta;
      if (random_.uniform() * alpha_most > alpha_s(kt) * (1 + (1 - z) * (1 - z)) / 2) continue;
      const double phi = random_.angle();
      cascade(d.turned((1 - z) * theta, phi), z * e, theta, 3.0);
      d = d.turned(z * theta, phi + std::numbers::pi);
      e *= 1 - z;
    }
    hadronise(d, e);
  }

  /// Independent fragmentation: each hadron takes a share of what is left, with a little transverse momentum.
  void hadronise(direction d, double e) {
    while (e > 0.15) {
      const double share = e < 0.5 ? 1 : 1 - std::pow(random_.uniform(), 1 / 1.2);
      const double energy = std::max(share * e, std::min(e, 0.3));
      const double theta = std::min(hadron_kt * std::sqrt(2 * random_.exponential()) / energy, 1.0);
      const direction h = d.turned(theta, random_.angle());
      detector_.add(species(), energy * h.x, energy * h.y, energy * h.z, energy);
      e -= energy;
    }
  }

  random& random_;
  calorimeter& detector_;
};

}  // namespace rpv::toy
