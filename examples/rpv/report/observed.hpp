// An observable's two samples, drawn once for the table and the pictures.
#pragma once
#include <hepgan/physics/comparison.hpp>
#include <string>
#include <vector>

#include "style.hpp"

namespace rpv::report {

struct observed {
  const hepgan::physics::observable& of;
  std::vector<float> real, fake;
  hepgan::physics::comparison::distance distance;

  std::string unit() const { return *of.unit ? std::string(" ") + of.unit : ""; }
  /// "3.2 GeV", or nothing where a sample is empty.
  std::string w1() const { return std::isfinite(distance.w1) ? short_number(distance.w1, 2) + unit() : "–"; }
};

inline std::vector<observed> observe(const hepgan::physics::jet_events& real, const hepgan::physics::jet_events& fake,
                                     const hepgan::physics::comparison& result) {
  using namespace hepgan::physics;
  std::vector<observed> all;
  for (std::size_t i = 0; i < observables.size(); ++i)
    all.push_back({observables[i], values(observables[i], real), values(observables[i], fake), result.distances[i]});
  return all;
}

}  // namespace rpv::report
