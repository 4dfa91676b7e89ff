// Events as rows of numbers about their jets, for a network to read.
#pragma once
#include <hepgan/physics/observables.hpp>

namespace hepgan::physics {

/// Of so many jets, the hardest, features hold all that the table says of a jet.
inline constexpr std::size_t listed_jets = 4;
inline constexpr int jet_feature_count = [] {
  std::size_t n = 0;
  for (const observable& o : observables) n += o.each_jet ? listed_jets : 1;
  return static_cast<int>(n);
}();

/// [n][jet_feature_count]: every observable of an event, and of each of its hardest jets; 0 where an event has too few
/// jets for it.
inline std::vector<float> jet_features(const jet_events& events) {
  std::vector<float> all;
  all.reserve(static_cast<std::size_t>(events.size()) * jet_feature_count);
  for (std::int64_t i = 0; i < events.size(); ++i) {
    const auto event = events[i];
    for (const observable& o : observables)
      for (std::size_t k = 0; k < (o.each_jet ? listed_jets : 1); ++k)
        all.push_back(k < o.count(event.size()) ? static_cast<float>(o.of(event, k)) : 0);
  }
  return all;
}

}  // namespace hepgan::physics
