// The events of a run: files, or the built-in generator's, behind one stream.
#pragma once
#include <cstdio>
#include <hepgan/data/event_stream.hpp>
#include <hepgan/io/event_file.hpp>

#include "model.hpp"
#include "settings.hpp"
#include "toy_events.hpp"

namespace rpv {

inline std::unique_ptr<hepgan::data::event_stream> open_events(const settings& s) {
  const hepgan::data::stream_options how{
      .seed = s.seed, .validation_fraction = s.validation_fraction, .select = s.select};
  if (s.data.empty()) {
    std::vector<float> images(static_cast<std::size_t>(s.events) * image.size());
    generate(s.seed, 0, s.events, 1400, 850, images);
    std::vector<hepgan::data::memory_events> sources;
    sources.emplace_back(image, std::move(images), hepgan::data::memory_events::field_map{}, "built-in events");
    return std::make_unique<hepgan::data::event_stream>(std::move(sources), how);
  }
  std::vector<hepgan::io::event_file> files;
  for (const auto& path : s.data) {
    files.emplace_back(path);
    files.back().expect(image);
  }
  return std::make_unique<hepgan::data::event_stream>(std::move(files), how);
}

/// The validation events that a run compares with: the first min(4096, all).
inline std::vector<float> validation_images(hepgan::data::event_stream& events) {
  const std::int64_t n = std::min<std::int64_t>(4096, events.validation_events());
  std::vector<float> images(static_cast<std::size_t>(n) * image.size());
  events.read_validation(n, images);
  return images;
}

/// Of images, to tell whether they are the same.
inline std::string checksum(std::span<const float> images) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx",
                static_cast<unsigned long long>(XXH64(images.data(), images.size_bytes(), 0)));
  return text;
}

}  // namespace rpv
