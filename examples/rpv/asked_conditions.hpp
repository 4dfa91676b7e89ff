// Conditions as the command line gives them.
#pragma once
#include <cmath>
#include <hepgan/data/conditions.hpp>
#include <hepgan/io/event_file.hpp>
#include <hepgan/io/event_writer.hpp>
#include <iostream>

#include "model.hpp"
#include "settings.hpp"

namespace rpv {

/// The values that `option` asks this generator for, as mGlu=1500,mNeu=700, in the order of its conditions.
inline std::vector<float> asked_values(const generator& g, const char* option, const std::string& text) {
  return of_option(option, [&] {
    const auto values = hepgan::data::field_values(text);
    if (g.conditions().size() == 0)
      throw hepgan::error("found " + text + ", expected no conditions, since this generator was trained without");
    return g.conditions().row(values);
  });
}
/// Those of a file's first n events, a row for each.
inline std::vector<float> values_like(const generator& g, const std::string& path, std::int64_t n) {
  const hepgan::io::event_file file(path);
  if (file.size() < n)
    throw hepgan::error("--like: found " + std::to_string(file.size()) + " events in " + path + ", expected at least " +
                        std::to_string(n) + ", as --n asks");
  const std::size_t k = g.conditions().size();
  std::vector<float> rows(k * static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < k; ++i) {
    const auto values = file.finite_field(g.conditions()[i].field);
    for (std::size_t event = 0; event < static_cast<std::size_t>(n); ++event) rows[event * k + i] = values[event];
  }
  return rows;
}
/// A word for each condition of these rows that lies outside of what the training saw, where the checkpoint says that.
inline void tell_outside(const hepgan::checkpoint& c, const generator& g, std::span<const float> rows) {
  if (!c.has("conditions.least")) return;
  const auto least = g.conditions().row(hepgan::data::field_values(c.text("conditions.least"))),
             most = g.conditions().row(hepgan::data::field_values(c.text("conditions.most")));
  const std::size_t count = g.conditions().size();
  for (std::size_t k = 0; k < count; ++k) {
    // numbers of six digits, which were floats once they were scaled
    const float offset = static_cast<float>(std::abs(g.conditions()[k].offset)),
                margin = 1e-5f * (std::abs(least[k]) + std::abs(most[k]) + offset);
    for (std::size_t i = k; i < rows.size(); i += count)
      if (rows[i] < least[k] - margin || rows[i] > most[k] + margin) {
        std::cerr << "rpv: " << g.conditions()[k].field << " " << rows[i] << " is outside the " << least[k] << " to "
                  << most[k] << " that the training saw\n";
        break;
      }
  }
}
/// As a file of generated events has them.
inline hepgan::io::event_fields fields_of(const generator& g, std::span<const float> values) {
  hepgan::io::event_fields fields;
  for (std::size_t i = 0; i < values.size(); ++i)
    fields[g.conditions()[i % g.conditions().size()].field].push_back(values[i]);
  return fields;
}

}  // namespace rpv
