// How well small networks tell generated events from real ones, by their images and by their jets.
#pragma once
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/physics/jet_events.hpp>
#include <hepgan/train/auc.hpp>
#include <optional>
#include <span>
#include <string>

namespace rpv {

/// Each beside what two halves of the real events come to.
struct told_apart {
  hepgan::auc_estimate images, images_floor, features, features_floor;
};

/// The first events of each, so many at most: images in MeV, and their jets. Nothing of fewer than `fewest_told_apart`.
/// `before` is what was found with the same real events and others that were generated: the floor of images is the
/// same.
std::optional<told_apart> tell_apart(std::span<const float> real, std::span<const float> fake,
                                     const hepgan::physics::jet_events& real_jets,
                                     const hepgan::physics::jet_events& fake_jets, std::int64_t most,
                                     const std::optional<told_apart>& before = {});
inline constexpr std::int64_t fewest_told_apart = 64;

/// --classifier-events of a command.
inline void expect_classifier_events(std::int64_t n) {
  if (n < 0 || (n > 0 && n < fewest_told_apart))
    throw hepgan::error("--classifier-events: found " + std::to_string(n) + ", expected 0 (none) or at least " +
                        std::to_string(fewest_told_apart));
}

}  // namespace rpv
