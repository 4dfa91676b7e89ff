// Real events turned at random while they are read, by symmetries of the detector: a training then sees them from every
// φ, and from both ends of the beam.
#pragma once
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>
#include <hepgan/layers/symmetries.hpp>
#include <span>
#include <string>
#include <vector>

namespace hepgan::data {

/// By name: none; phi, a rotation by any number of columns; eta, a reflection of the rows in half of the events; or
/// "phi,eta". It owns the room for an event on each thread.
class augmentation {
 public:
  explicit augmentation(const std::string& name = "none") {
    phi_ = name == "phi" || name == "phi,eta", eta_ = name == "eta" || name == "phi,eta";
    if (!phi_ && !eta_ && name != "none")
      throw error({"found ", name.empty() ? "nothing" : name, ", expected none, phi, eta or phi,eta"});
  }

  /// A batch of images, in place; its first event is number `first` of all that this seed has read, and each event is
  /// turned by its number alone.
  void turn(std::span<float> batch, shape image, std::uint64_t seed, std::int64_t first) const {
    if (!phi_ && !eta_) return;
    const std::int64_t size = image.size();
    parallel_for(static_cast<std::int64_t>(batch.size()) / size, [&](std::int64_t event) {
      const random_stream random(seed, purpose::augmentation);
      const auto words = random.words(first + event);
      if (phi_) move(batch.subspan(event * size, size), image, words[0], random_roll<axis::phi>{});
      if (eta_) move(batch.subspan(event * size, size), image, words[1], random_flip<axis::eta>{});
    });
  }

 private:
  template <class Symmetry>
  static void move(std::span<float> event, shape image, std::uint32_t word, Symmetry) {
    static thread_local std::vector<float> before;
    before.assign(event.begin(), event.end());
    const auto element = static_cast<int>((std::uint64_t(word) * Symmetry::elements(image)) >> 32);
    std::size_t to = 0;
    for (int c = 0; c < image.channels; ++c)
      for (int h = 0; h < image.height; ++h)
        for (int w = 0; w < image.width; ++w)
          event[to++] = before[c * image.pixels() + Symmetry::source(image, element, h, w)];
  }

  bool phi_, eta_;
};

}  // namespace hepgan::data
