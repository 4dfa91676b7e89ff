// Events by their mass points: jets of each.
#pragma once
#include <algorithm>
#include <hepgan/io/event_file.hpp>
#include <hepgan/physics/jets.hpp>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "figures.hpp"
#include "model.hpp"

namespace rpv {

using jets_of_events = decltype(hepgan::physics::reconstruct(std::span<const float>{}, image));
using point_of_masses = std::pair<float, float>;  ///< mGlu and mNeu, GeV

inline bool has_masses(const hepgan::io::event_file& file) { return file.has("mGlu") && file.has("mNeu"); }

/// The jets of a file's first events at each of its mass points, read in pieces.
inline std::map<point_of_masses, jets_of_events> jets_by_point(const hepgan::io::event_file& file,
                                                               std::optional<std::int64_t> n = {}) {
  const auto mglu = file.finite_field("mGlu"), mneu = file.finite_field("mNeu");
  const std::int64_t count = std::min(n.value_or(file.size()), file.size());
  constexpr std::int64_t piece = 4096;
  std::vector<float> images;
  std::map<point_of_masses, jets_of_events> all;
  for (std::int64_t first = 0; first < count; first += piece) {
    const std::int64_t here = std::min(piece, count - first);
    images.resize(static_cast<std::size_t>(here) * image.size());
    file.read(first, here, images);
    std::map<point_of_masses, std::vector<float>> by_point;
    for (std::int64_t i = 0; i < here; ++i) {
      auto& of = by_point[{mglu[first + i], mneu[first + i]}];
      of.insert(of.end(), images.begin() + i * image.size(), images.begin() + (i + 1) * image.size());
    }
    for (const auto& [point, some] : by_point) all[point] += hepgan::physics::reconstruct(some, image);
  }
  return all;
}

}  // namespace rpv
