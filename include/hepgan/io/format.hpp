// What every file format of events shares: the check of energies, and how shapes are written in messages.
#pragma once
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/data/event_source.hpp>
#include <span>
#include <string>
#include <utility>

namespace hepgan::io {

/// The reader of one format: a source that its path names.
class event_reader : public data::event_source {
 public:
  explicit event_reader(std::filesystem::path path) : path_(std::move(path)) {}
  std::string name() const override { return path_.string(); }

 protected:
  std::filesystem::path path_;
};

template <class Extents>
std::string extents_text(const Extents& extents) {
  std::string text = "[";
  for (const auto& n : extents) text += (text.size() > 1 ? "," : "") + std::to_string(n);
  return text + "]";
}

/// The image shape of an array [N,H,W] or [N,C,H,W]; one sentence when it is neither, or has no events.
template <class Extents>
shape image_of(const std::filesystem::path& path, const std::string& field, const Extents& extents) {
  const auto fail = [&](const std::string& expected) -> shape {
    throw error({path.string(), ": ", field, ": found shape ", extents_text(extents), ", expected ", expected});
  };
  if (extents.size() != 3 && extents.size() != 4) return fail("[events, eta, phi] or [events, channels, eta, phi]");
  if (extents[0] == 0) return fail("at least one event");
  std::int64_t pixels = 1;
  for (std::size_t i = 1; i < extents.size(); ++i) {
    if (extents[i] < 1 || extents[i] > 65536) return fail("image sides between 1 and 65536");
    if ((pixels *= static_cast<std::int64_t>(extents[i])) > 1 << 28) return fail("images of at most 2^28 pixels");
  }
  const int c = extents.size() == 4 ? static_cast<int>(extents[1]) : 1;
  return {c, static_cast<int>(extents[extents.size() - 2]), static_cast<int>(extents[extents.size() - 1])};
}

/// Energies must be finite and not negative; the sentence names the first event that is wrong.
inline void check_energies(const std::filesystem::path& path, const std::string& field, std::int64_t first, shape image,
                           std::span<const float> values) {
  const auto good = [](float e) { return e >= 0 && e <= 3.4028235e38f; };  // false for NaN
  bool all = true;
  for (float e : values) all &= good(e);
  if (all) return;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!good(values[i]))
      throw error({path.string(), ": ", field, " of event ", first + static_cast<std::int64_t>(i) / image.size(),
                   ": found ", values[i], ", expected finite energies of at least 0 MeV"});
}

inline void check_range(const std::filesystem::path& path, std::int64_t first, std::int64_t count, std::int64_t size) {
  if (first < 0 || count < 0 || count > size - first)
    throw error({path.string(), ": ", count, " events from ", first, " on were asked for, expected them among ", size});
}

}  // namespace hepgan::io
