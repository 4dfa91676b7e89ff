// How one event's channels lie in memory: plain (c, h, w), or blocked (c/B, h, w, B), channels padded to B.
#pragma once
#include <concepts>
#include <cstdint>
#include <hepgan/core/shape.hpp>

namespace hepgan {

/// block = 1 is plain nchw; block = 8 or 16 is oneDNN's nChw8c / nChw16c. Padding lanes hold finite, meaningless
/// values: packed weights are zero there, so that they never reach a real channel.
struct layout {
  int block = 1;
  friend constexpr bool operator==(layout, layout) = default;
};

inline constexpr layout plain{1};

/// Pieces of a flat block begin at whole cache lines of floats.
template <std::integral T>
constexpr T round_up(T n) {
  return (n + 15) / 16 * 16;
}

constexpr int padded_channels(shape s, layout l) { return (s.channels + l.block - 1) / l.block * l.block; }
constexpr int stored_size(shape s, layout l) { return padded_channels(s, l) * s.pixels(); }

/// Position of (channel, pixel) inside one event.
constexpr int stored_index(shape s, layout l, int channel, int pixel) {
  return (channel / l.block * s.pixels() + pixel) * l.block + channel % l.block;
}

}  // namespace hepgan
