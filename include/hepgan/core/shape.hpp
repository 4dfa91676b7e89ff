// A tensor's shape per event, as a value: channels first, then two extents. Batch is not part of it.
#pragma once
#include <array>
#include <cstdint>
#include <hepgan/core/text.hpp>
#include <string>

namespace hepgan {

/// Shape of one event: `shape{100}` is a vector, `shape{1, 64, 64}` an image (channels, η rows, φ columns).
/// A structural value, so that it can be a template argument. `shape{}` is no shape: what a misfit returns.
struct shape {
  int channels = 0, height = 0, width = 0;

  constexpr shape() = default;
  constexpr explicit shape(int c) : channels(c), height(1), width(1) {}
  constexpr shape(int c, int h, int w) : channels(c), height(h), width(w) {}

  constexpr int pixels() const { return height * width; }
  constexpr int size() const { return channels * pixels(); }
  constexpr explicit operator bool() const { return channels > 0 && height > 0 && width > 0; }
  friend constexpr bool operator==(shape, shape) = default;
};

inline std::string to_string(shape s) {
  return s.height == 1 && s.width == 1 ? text_from({s.channels}) : text_from({s.channels, "x", s.height, "x", s.width});
}

}  // namespace hepgan
