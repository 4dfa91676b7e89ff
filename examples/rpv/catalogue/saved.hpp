// What the catalogue's trainers share when they save.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/data/conditions.hpp>
#include <hepgan/io/checkpoint.hpp>

#include "recipe.hpp"

namespace rpv {

/// What a sampling program must know beside the weights of a generator.
inline void save_numbers(hepgan::checkpoint& c, const recipe& r, int filters, int noise) {
  c.put("filters", std::int64_t(filters)), c.put("noise", std::int64_t(noise));
  c.put("image_norm", r.image_norm), c.put("recipe", r.name), c.put("transform", r.transform);
  if (!r.conditions.empty()) c.put("conditions", r.conditions);
}

/// The conditions that a generator takes, none unless they were saved.
inline hepgan::data::condition_scale conditions_in(const hepgan::checkpoint& c) {
  return hepgan::data::condition_scale(c.has("conditions") ? c.text("conditions") : "");
}

/// Whether weights and running statistics are numbers.
template <class... Parameters>
bool all_finite(const Parameters&... each) {
  const auto good = [](const auto& p) {
    const auto number = [](float w) { return std::isfinite(w); };
    return std::ranges::all_of(p.flat(), number) && std::ranges::all_of(p.state(), number);
  };
  return (good(each) && ...);
}

}  // namespace rpv
