// An observable's two samples, drawn once for the table and the pictures.
#pragma once
#include <hepgan/physics/comparison.hpp>
#include <string>
#include <vector>

#include "style.hpp"

namespace rpv::report {

/// "3.2 GeV", or nothing where a sample is empty.
inline std::string w1_text(const hepgan::physics::comparison::distance& d, const char* unit) {
  return std::isfinite(d.w1) ? short_number(d.w1, 2) + (*unit ? std::string(" ") + unit : "") : "–";
}

struct observed {
  const hepgan::physics::observable& of;
  std::vector<float> real, fake;
  hepgan::physics::comparison::distance distance;

  std::string unit() const { return *of.unit ? std::string(" ") + of.unit : ""; }
  std::string w1() const { return w1_text(distance, of.unit); }
};

/// What cells say of both.
struct observed_images {
  hepgan::physics::image_samples real, fake;
  hepgan::physics::image_comparison result;

  observed_images(std::span<const float> real_images, std::span<const float> fake_images, hepgan::shape image) {
    real.add(real_images, image), fake.add(fake_images, image);
    result = hepgan::physics::compare(real, fake);
  }
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
