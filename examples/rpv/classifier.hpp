// How well small networks tell generated events from real ones, by their images and by their jets.
#pragma once
#include <cstdint>
#include <hepgan/physics/jet_events.hpp>
#include <hepgan/train/auc.hpp>
#include <optional>
#include <span>

namespace rpv {

/// Each beside what two halves of the real events come to.
struct told_apart {
  hepgan::auc_estimate images, images_floor, features, features_floor;
};

/// The first events of each, so many at most: images in MeV, and their jets. Nothing of fewer than `fewest_told_apart`.
std::optional<told_apart> tell_apart(std::span<const float> real, std::span<const float> fake,
                                     const hepgan::physics::jet_events& real_jets,
                                     const hepgan::physics::jet_events& fake_jets, std::int64_t most);
inline constexpr std::int64_t fewest_told_apart = 64;

}  // namespace rpv
