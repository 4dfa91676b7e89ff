// Toy events, part 2: three-body decay by flat phase space.
#pragma once
#include <array>
#include <cmath>

#include "toy_kinematics.hpp"

namespace rpv::toy {

/// Momentum of either product of M → m1 m2 at rest.
inline double two_body_momentum(double M, double m1, double m2) {
  const double k = (M * M - (m1 + m2) * (m1 + m2)) * (M * M - (m1 - m2) * (m1 - m2));
  return k > 0 ? std::sqrt(k) / (2 * M) : 0;
}

inline vec4 isotropic(random& r, double p, double mass) {
  const double cosine = r.uniform(-1, 1), sine = std::sqrt(1 - cosine * cosine), phi = r.angle();
  return {p * sine * std::cos(phi), p * sine * std::sin(phi), p * cosine, std::sqrt(p * p + mass * mass)};
}

/// M → 0 + 0 + m3, products in that order. Flat phase space as two steps, M → (12) 3 and (12) → 1 2: the mass of (12)
/// is distributed as p(M; m12, m3)·p(m12; 0, 0), and each step is isotropic.
inline std::array<vec4, 3> decay3(random& r, vec4 parent, double M, double m3) {
  const double most = M - m3, bound = most / 2 * two_body_momentum(M, 0, m3);  // both factors are monotonic
  double m12 = 0, p = 0;
  do {
    m12 = most * r.uniform();
    p = two_body_momentum(M, m12, m3);
  } while (bound * r.uniform() > p * m12 / 2);
  const vec4 three = isotropic(r, p, m3), pair{-three.px, -three.py, -three.pz, std::sqrt(p * p + m12 * m12)};
  const vec4 one = isotropic(r, m12 / 2, 0);
  return {boosted(boosted(one, pair, m12), parent, M),
          boosted(boosted({-one.px, -one.py, -one.pz, one.e}, pair, m12), parent, M), boosted(three, parent, M)};
}

}  // namespace rpv::toy
