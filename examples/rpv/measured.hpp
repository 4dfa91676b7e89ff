// What a set of events comes to: jets, and the numbers of each image.
#pragma once
#include <hepgan/physics/comparison.hpp>
#include <hepgan/physics/jets.hpp>
#include <span>

#include "model.hpp"

namespace rpv {

struct measured {
  hepgan::physics::jet_events jets;
  hepgan::physics::image_samples images;

  /// Those of further events, in MeV.
  void add(std::span<const float> more) {
    jets += hepgan::physics::reconstruct(more, image);
    images.add(more, image);
  }
};
inline measured measure(std::span<const float> images) {
  measured all;
  all.add(images);
  return all;
}

/// Of two sets.
struct compared {
  hepgan::physics::comparison jets;
  hepgan::physics::image_comparison images;
};
inline compared compare(const measured& real, const measured& fake) {
  return {hepgan::physics::compare(real.jets, fake.jets), hepgan::physics::compare(real.images, fake.images)};
}

/// Places of what is shown of every set.
inline constexpr std::size_t lit = hepgan::physics::image_index_of("cells"),
                             energy = hepgan::physics::image_index_of("energy");

}  // namespace rpv
