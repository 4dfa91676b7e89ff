// A 4×4 convolution with stride 2 as four 2×2 convolutions with stride 1, one for each parity of the rows and columns
// of its large side, and these in tiles of 4×4 pixels of its small side: sizes, and where the numbers of the transform
// domain lie.
#pragma once
#include <algorithm>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/toom_cook/transforms.hpp>

namespace hepgan::native::toom_cook {

constexpr int parities = 4;

/// In the transform domain every point of a tile is a matrix product by itself, so numbers lie point by point:
/// V [point][parity, large channel / width][tile][width] and M [point][small channel / width][tile][width] of the tiles
/// of some events, and weights [point][panel][channel of the other side][channels of the panel], in panels of two
/// vectors. `width` is a vector's.
struct domain {
  shape small, large;
  int block, width, pad[2];
  bool transposed;

  constexpr domain(const op& o, int width) : width(width), pad{o.geo.pad[0], o.geo.pad[1]} {
    transposed = o.geo.map == map_kind::transposed_convolution;
    const tensor &s = transposed ? o.x : o.y, &l = transposed ? o.y : o.x;
    small = s.extent, large = l.extent, block = s.form.block;
  }

  constexpr int tile_rows() const { return small.height / outputs; }
  constexpr int tile_columns() const { return small.width / outputs; }
  constexpr int tiles() const { return tile_rows() * tile_columns(); }
  /// Events whose V and M are in work at a time: 64 tiles, so that they stay in the caches.
  constexpr int chunk(int batch) const { return (std::min)(batch, (std::max)(1, 64 / tiles())); }
  constexpr int small_vectors() const { return small.channels / width; }
  constexpr int large_vectors() const { return large.channels / width; }
  /// Rows of V, and of a column of weights.
  constexpr int depth() const { return parities * large.channels; }

  /// Distances between points; a little more than powers of two, which would meet in the same sets of a cache.
  static constexpr int apart = 48;
  constexpr std::int64_t v_plane(int tiles) const { return std::int64_t(depth()) * tiles + apart; }
  constexpr std::int64_t m_plane(int tiles) const { return std::int64_t(small.channels) * tiles + apart; }
  constexpr std::int64_t weight_plane() const { return std::int64_t(depth()) * small.channels + apart; }
  /// Of V for one vector of large channels alone.
  constexpr std::int64_t v_row(int tiles) const { return std::int64_t(tiles) * width; }
  constexpr std::int64_t v_slice_plane(int tiles) const { return parities * v_row(tiles) + apart; }

  /// Canonical ones.
  constexpr std::int64_t weights() const { return std::int64_t(small.channels) * large.channels * 16; }

  constexpr int chunks(int batch) const { return (batch + chunk(batch) - 1) / chunk(batch); }
  /// Numbers of V and M of a chunk.
  constexpr std::int64_t chunk_numbers(int batch) const {
    const int tiles = chunk(batch) * this->tiles();
    return products * (m_plane(tiles) + large_vectors() * v_slice_plane(tiles));
  }

  /// Position of (channel, pixel) inside one event of the small or large side; the channel begins a vector.
  constexpr std::int64_t at(const shape& side, int channel, int pixel) const {
    return stored_index(side, {block}, channel, pixel);
  }
};

/// Numbers of both orders of packed weights.
constexpr std::int64_t packed_numbers(const op& o) { return 2 * products * domain(o, 1).weight_plane(); }

}  // namespace hepgan::native::toom_cook
