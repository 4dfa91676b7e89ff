// Built-in RPV-like events: a toy, so that everything can be tried without a data set. What is real and what is not:
//   - gluon pairs → gluino pairs by the leading-order matrix element over a two-parameter gluon density;
//   - g̃ → q q̄ χ and χ → q q q by flat phase space, with exact kinematics;
//   - quarks radiate by an angular-ordered cascade (running α_s, momentum shared along the emission) and break up into
//     hadrons by independent fragmentation; initial-state gluons and an underlying event are parametrised;
//   - a tower calorimeter of 64×64 bins (η ∈ [−2.5, 2.5], φ ∈ [−π, π]) with a field of 2 T, ATLAS-like resolution
//     (numbers of the Delphes ATLAS card) and 500 MeV per tower.
// Pileup is events of its own: soft collisions, for `rpv overlay` to add.
// No colour connection, heavy flavour or showers in matter. Do not draw physics conclusions from it.
// Event i of a seed is a pure function of both: neither threads nor the size of a request change it.
#pragma once
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <iterator>
#include <span>
#include <string>

#include "toy_calorimeter.hpp"
#include "toy_decay.hpp"
#include "toy_fragmentation.hpp"
#include "toy_kinematics.hpp"

namespace rpv {

inline constexpr int toy_pixels = toy::calorimeter::rows * toy::calorimeter::columns;

/// One event's image in MeV. Masses in GeV.
inline void generate_event(std::uint64_t seed, std::int64_t index, double mglu, double mneu, std::span<float> image) {
  toy::random random(seed, index);
  toy::calorimeter detector;
  toy::fragmentation fragment(random, detector);
  const toy::hard_process hard = toy::gluino_pair(random, mglu);
  for (const toy::vec4& gluino : hard.gluinos) {
    const auto first = toy::decay3(random, gluino, mglu, mneu);  // q q̄ χ
    const auto second = toy::decay3(random, first[2], mneu, 0);  // q q q
    fragment.quark(first[0]);
    fragment.quark(first[1]);
    for (const toy::vec4& q : second) fragment.quark(q);
  }
  for (const toy::vec4& g : hard.radiation) fragment.gluon(g);
  fragment.underlying_event();
  detector.read_out(random, image);
}

/// Pileup alone: the image of a number of soft collisions, Poisson's of mean `mu`, which is returned. At 20
/// collisions cells and energies come to what a simulation has; at 200 too many cells are lit. No diffraction, and few
/// of the jets that QCD makes.
inline int generate_pileup_event(std::uint64_t seed, std::int64_t index, double mu, std::span<float> image) {
  toy::random random(seed, index);
  toy::calorimeter detector;
  toy::fragmentation fragment(random, detector);
  const int collisions = random.poisson(mu);
  for (int i = 0; i < collisions; ++i) fragment.minimum_bias();
  detector.read_out(random, image);
  return collisions;
}

/// Masses of gluino and neutralino, GeV.
struct mass_point {
  double mglu = 1400, mneu = 850;
};
inline void expect_masses(mass_point m) {
  if (!(m.mneu > 0 && m.mglu > m.mneu && m.mglu < 5000))
    throw hepgan::error("events: found masses mglu " + std::to_string(m.mglu) + " and mneu " + std::to_string(m.mneu) +
                        " GeV, expected 0 < mneu < mglu < 5000");
}
/// Event i of a set of many mass points is of grid_point(i): eight, in turn.
inline mass_point grid_point(std::int64_t event) {
  constexpr mass_point grid[] = {{1000, 500}, {1200, 600}, {1200, 800},  {1400, 650},
                                 {1400, 850}, {1600, 850}, {1600, 1050}, {1800, 1050}};
  return grid[event % std::ssize(grid)];
}

/// Images of `count` events from `first` on, in MeV; `out` holds count × 64 × 64 pixels. `point(i)` has the masses of
/// event i.
template <class Point>
void generate(std::uint64_t seed, std::int64_t first, std::int64_t count, Point point, std::span<float> out) {
  hepgan::parallel_for(count, [&](std::int64_t i) {
    const mass_point m = point(first + i);
    generate_event(seed, first + i, m.mglu, m.mneu, out.subspan(i * toy_pixels, toy_pixels));
  });
}
/// Images of pileup, and into `collisions`, count of them, how many each has.
inline void generate_pileup(std::uint64_t seed, std::int64_t first, double mu, std::span<float> out,
                            std::span<float> collisions) {
  hepgan::parallel_for(static_cast<std::int64_t>(collisions.size()), [&](std::int64_t i) {
    collisions[i] =
        static_cast<float>(generate_pileup_event(seed, first + i, mu, out.subspan(i * toy_pixels, toy_pixels)));
  });
}
/// All of the same masses.
inline void generate(std::uint64_t seed, std::int64_t first, std::int64_t count, double mglu, double mneu,
                     std::span<float> out) {
  expect_masses({mglu, mneu});
  generate(
      seed, first, count,
      [&](std::int64_t) {
        return mass_point{mglu, mneu};
      },
      out);
}

}  // namespace rpv
