// The events of a run: files, or the built-in generator's, behind one stream.
#pragma once
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <hepgan/data/event_stream.hpp>
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/io/event_file.hpp>
#include <limits>

#include "model.hpp"
#include "settings.hpp"
#include "toy_events.hpp"

namespace rpv {

/// The built-in events of a seed, of one mass point or of a grid of them: made when they are read, so that any number
/// needs no memory.
class toy_source final : public hepgan::data::event_source {
 public:
  toy_source(std::uint64_t seed, std::int64_t events, bool grid) : seed_(seed), events_(events), grid_(grid) {}
  std::string name() const override { return "built-in events"; }
  std::int64_t size() const override { return events_; }
  hepgan::shape image() const override { return rpv::image; }
  void read(std::int64_t first, std::int64_t count, std::span<float> out) const override {
    generate(
        seed_, first, count, [&](std::int64_t i) { return point(i); }, out);
  }
  bool has(std::string_view field) const override { return field == "mGlu" || field == "mNeu"; }
  std::vector<float> field(std::string_view field) const override {
    if (!has(field))
      throw hepgan::error(name() + ": found fields mGlu and mNeu, expected " + std::string(field) + " beside");
    std::vector<float> all;
    for (std::int64_t i = 0; i < events_; ++i)
      all.push_back(static_cast<float>(field == "mGlu" ? point(i).mglu : point(i).mneu));
    return all;
  }

 private:
  mass_point point(std::int64_t event) const { return grid_ ? grid_point(event) : mass_point{}; }

  std::uint64_t seed_;
  std::int64_t events_;
  bool grid_;
};

inline std::unique_ptr<hepgan::data::event_stream> open_events(const settings& s) {
  const hepgan::data::stream_options how{.seed = s.seed,
                                         .validation_fraction = s.validation_fraction,
                                         .select = s.select,
                                         .leave_out = left_out(s),
                                         .conditions = hepgan::data::condition_scale(s.how.conditions)};
  if (s.data.empty())
    return std::make_unique<hepgan::data::event_stream>(
        std::vector{toy_source(s.seed, s.events, !s.how.conditions.empty())}, how);
  std::vector<hepgan::io::event_file> files;
  for (const auto& path : s.data) {
    try {
      (void)nlohmann::json(path).dump();
    } catch (const nlohmann::json::exception&) {
      throw hepgan::error("--data: " + path + " has a name that is no UTF-8, expected one, since run.json holds it");
    }
    files.emplace_back(path);
    files.back().expect(image);
  }
  for (const auto& path : s.data) std::fprintf(stderr, "reading %s\n", path.c_str());
  return std::make_unique<hepgan::data::event_stream>(std::move(files), how);
}

/// The validation events that a run compares with: the first min(4096, all).
inline std::vector<float> validation_images(hepgan::data::event_stream& events) {
  const std::int64_t n = std::min<std::int64_t>(4096, events.validation_events());
  std::vector<float> images(static_cast<std::size_t>(n) * image.size());
  events.read_validation(n, images);
  return images;
}
/// Their conditions, which as many generated events get.
inline std::vector<float> validation_conditions(const hepgan::data::event_stream& events,
                                                std::span<const float> images) {
  return events.conditions_of(events.validation_list().first(images.size() / image.size()));
}

/// From where to where each condition of a run's training events goes, by field: what lies outside, its generator was
/// never shown. In all checkpoints; nothing without conditions.
class condition_range {
 public:
  explicit condition_range(const hepgan::data::event_stream& events) {
    const auto& scale = events.conditions();
    const auto rows = events.conditions_of(events.training_list());
    for (std::size_t k = 0; k < scale.size(); ++k) {
      double least = std::numeric_limits<double>::infinity(), most = -least;
      for (std::size_t i = k; i < rows.size(); i += scale.size()) {
        const double value = rows[i] * scale[k].scale + scale[k].offset;
        least = std::min(least, value), most = std::max(most, value);
      }
      add(least_, scale[k].field, least), add(most_, scale[k].field, most);
    }
  }
  void save(hepgan::checkpoint& c) const {
    if (!least_.empty()) c.put("conditions.least", least_), c.put("conditions.most", most_);
  }

 private:
  static void add(std::string& list, const std::string& field, double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);  // as it was before it was scaled to a float
    list += (list.empty() ? "" : ",") + field + "=" + text;
  }
  std::string least_, most_;
};

/// What tells a run's events from others, in last.ckpt; made once, since it reads them.
struct event_identity {
  std::int64_t events, checksum;
  explicit event_identity(const hepgan::data::event_stream& of)
      : events(of.training_events()), checksum(static_cast<std::int64_t>(of.checksum())) {}
};
inline void save_events(hepgan::checkpoint& c, const event_identity& known) {
  c.put("events", known.events), c.put("events.checksum", known.checksum);
}
inline void expect_events_of(const hepgan::checkpoint& c, const event_identity& known,
                             const std::filesystem::path& run) {
  if (c.integer("events") != known.events || c.integer("events.checksum") != known.checksum)
    throw hepgan::error("--data: these are not the events that the run in " + run.string() +
                        " began with, expected the same ones in the same order");
}

}  // namespace rpv
