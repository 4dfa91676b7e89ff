// Pileup: soft collisions that a detector sees together with the one that it was read out for. Their energies add in
// each cell, so an event with pileup is the sum of two images.
#pragma once
#include <hepgan/core/error.hpp>
#include <hepgan/physics/means.hpp>
#include <span>
#include <string>
#include <vector>

namespace hepgan::physics {

/// images += pileup, cell by cell, MeV; where less than the calorimeter's cut comes together, the cell is off. Both
/// were read out before, so deposits that pass the cut only together are lost: such images cannot tell of them.
inline void overlay(std::span<float> images, std::span<const float> pileup, float cut = 500) {
  if (images.size() != pileup.size())
    throw error(
        {"overlay: found ", pileup.size(), " pixels of pileup, expected ", images.size(), ", as the events have"});
  for (std::size_t i = 0; i < images.size(); ++i) {
    const float e = images[i] + pileup[i];
    images[i] = e < cut ? 0 : e;  // what is not a number stays so
  }
}

/// By how much a number of the same events moves, on average, and the standard error of that: it is of the differences,
/// in which what the events have in common falls out.
struct shift {
  double mean = 0, error = 0;
};
inline shift paired_shift(std::span<const float> before, std::span<const float> after) {
  if (before.size() != after.size())
    throw error({"shift: found ", before.size(), " and ", after.size(), " events, expected the same ones"});
  std::vector<float> by(after.begin(), after.end());
  for (std::size_t i = 0; i < by.size(); ++i) by[i] -= before[i];
  return {mean(by), mean_error(by)};
}

}  // namespace hepgan::physics
