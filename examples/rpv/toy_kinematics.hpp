// Toy events, part 1: random numbers of one event, four-vectors, and the production of a gluino pair.
#pragma once
#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace rpv::toy {

/// Numbers of one event, in the order in which it asks for them: Philox4x32-10 counts (event, position).
class random {
 public:
  random(std::uint64_t seed, std::int64_t event)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}},
        counter_{{0, 0x746f79, static_cast<std::uint32_t>(event), static_cast<std::uint32_t>(event >> 32)}} {}

  double uniform() {  // in (0, 1)
    if (left_ == 0) {
      words_ = r123::Philox4x32()(counter_, key_);
      ++counter_[0];
      left_ = 4;
    }
    return (words_[--left_] + 0.5) * 0x1p-32;
  }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  double exponential(double mean = 1) { return -mean * std::log(uniform()); }
  double angle() { return 2 * std::numbers::pi * uniform(); }
  double normal() {
    const double radius = std::sqrt(2 * exponential());  // named, since C++ leaves the order of operands open
    return radius * std::cos(angle());
  }
  int poisson(double mean) {
    int n = 0;
    for (double sum = exponential(); sum < mean; sum += exponential()) ++n;
    return n;
  }

 private:
  r123::Philox4x32::key_type key_;
  r123::Philox4x32::ctr_type counter_, words_{};
  int left_ = 0;
};

struct vec4 {  // GeV
  double px = 0, py = 0, pz = 0, e = 0;
  double momentum() const { return std::sqrt(px * px + py * py + pz * pz); }
  friend vec4 operator+(vec4 a, vec4 b) { return {a.px + b.px, a.py + b.py, a.pz + b.pz, a.e + b.e}; }
};

/// p, given in the rest frame of `frame` (which has mass m), as seen where `frame` moves.
inline vec4 boosted(vec4 p, vec4 frame, double m) {
  const double along = (p.px * frame.px + p.py * frame.py + p.pz * frame.pz) / (frame.e + m) + p.e;
  return {p.px + frame.px * along / m, p.py + frame.py * along / m, p.pz + frame.pz * along / m,
          (frame.e * p.e + p.px * frame.px + p.py * frame.py + p.pz * frame.pz) / m};
}

inline vec4 massless(double pt, double eta, double phi) {
  return {pt * std::cos(phi), pt * std::sin(phi), pt * std::sinh(eta), pt * std::cosh(eta)};
}

struct hard_process {
  std::array<vec4, 2> gluinos;
  std::vector<vec4> radiation;  // initial-state gluons that the pair recoils against
};

/// gg → g̃g̃ at √s = 13 TeV. ŝ, rapidity and angle are one of 24 candidates, taken with the weight x₁g(x₁)
/// x₂g(x₂)·|M|²·β/ŝ (sampling-importance-resampling: no maximum to know for each mass). x g(x) ∝ x^−0.3 (1−x)^7; |M|² ∝
/// (1 − tu/s²)(s²/tu − 2 + 4m²s/tu·(1 − m²s/tu)), t and u less m² (Beenakker et al., hep-ph/9610490).
inline hard_process gluino_pair(random& r, double m) {
  constexpr double collider = 13000, spread = 0.5;
  struct candidate {
    double shat, rapidity, cosine, weight;
  };
  std::array<candidate, 24> candidates;
  double total = 0;
  for (auto& c : candidates) {
    const double excess = r.exponential(spread);
    c.shat = 4 * m * m * (1 + excess);
    c.rapidity = r.uniform(-2, 2);
    c.cosine = r.uniform(-1, 1);
    const double root_tau = std::sqrt(c.shat) / collider;
    const double x1 = root_tau * std::exp(c.rapidity), x2 = root_tau * std::exp(-c.rapidity);
    c.weight = 0;
    if (x1 < 1 && x2 < 1) {
      const double beta = std::sqrt(1 - 4 * m * m / c.shat);
      const double tu = (1 - beta * beta * c.cosine * c.cosine) / 4, mu = m * m / c.shat / tu;  // in units of ŝ
      const double matrix = (1 - tu) * (1 / tu - 2 + 4 * mu * (1 - mu));
      const double gluons = std::pow(x1 * x2, -0.3) * std::pow((1 - x1) * (1 - x2), 7);
      c.weight = gluons * matrix * beta / c.shat * std::exp(excess / spread);
    }
    total += c.weight;
  }
  double pick = total * r.uniform();
  const candidate* c = &candidates[0];
  for (const auto& each : candidates) {
    if (each.weight <= 0) continue;
    c = &each;
    if ((pick -= each.weight) < 0) break;
  }

  hard_process hard;
  vec4 recoil;
  for (int i = r.poisson(1.3); i > 0; --i) {  // dpT/pT from 20 GeV, harder for heavier pairs
    const double pt = 20 * std::pow(m / 20, 0.9 * r.uniform());
    if (r.uniform() > 1 / (1 + std::pow(pt / (0.35 * m), 2))) continue;
    const double eta = r.uniform(-3, 3), phi = r.angle();
    hard.radiation.push_back(massless(pt, eta, phi));
    recoil = recoil + hard.radiation.back();
  }
  const double mhat = std::sqrt(c->shat), qx = -recoil.px, qy = -recoil.py;
  const double mt = std::sqrt(c->shat + qx * qx + qy * qy);
  const vec4 pair{qx, qy, mt * std::sinh(c->rapidity), mt * std::cosh(c->rapidity)};
  const double p = std::sqrt(c->shat / 4 - m * m), sine = std::sqrt(1 - c->cosine * c->cosine), phi = r.angle();
  const vec4 g{p * sine * std::cos(phi), p * sine * std::sin(phi), p * c->cosine, mhat / 2};
  hard.gluinos = {boosted(g, pair, mhat), boosted({-g.px, -g.py, -g.pz, g.e}, pair, mhat)};
  return hard;
}

}  // namespace rpv::toy
