// Events by their mass points: jets of each.
#pragma once
#include <hepgan/io/event_file.hpp>
#include <hepgan/physics/jet_events.hpp>
#include <map>
#include <utility>

namespace rpv {

using point_of_masses = std::pair<float, float>;  ///< mGlu and mNeu, GeV
using jets_at_points = std::map<point_of_masses, hepgan::physics::jet_events>;

inline bool has_masses(const hepgan::io::event_file& file) { return file.has("mGlu") && file.has("mNeu"); }

/// The jets of a file's first events, at each of its mass points.
inline jets_at_points by_point(const hepgan::io::event_file& file, const hepgan::physics::jet_events& jets) {
  const auto mglu = file.finite_field("mGlu"), mneu = file.finite_field("mNeu");
  jets_at_points all;
  for (std::int64_t i = 0; i < jets.size(); ++i) all[{mglu[i], mneu[i]}].add(jets[i]);
  return all;
}

}  // namespace rpv
