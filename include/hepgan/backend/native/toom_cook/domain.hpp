// A convolution as one with stride 1 for each parity of the rows and columns of its large side, such as 2×2 of the four
// parities of a 4×4 with stride 2, and these in tiles of 4×4 or 2×2 pixels of its small side: sizes, and where the
// numbers of the transform domain lie.
#pragma once
#include <algorithm>
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/backend/native/toom_cook/transforms.hpp>
#include <hepgan/backend/op.hpp>
#include <tuple>

namespace hepgan::native::toom_cook {

/// The transform of a convolution that has one, by its kernel and window.
using transforms = std::tuple<halving, halving_by_five, keeping, halving_f2>;
inline constexpr auto sizes_of_transforms = std::apply([](auto... t) { return std::array{t.sizes...}; }, transforms{});
constexpr int transform_index(map_kernel k, int extent) {
  if (k == map_kernel::toom_cook_f2) return 3;
  return extent == halving::extent ? 0 : extent == halving_by_five::extent ? 1 : 2;
}
template <map_kernel Kernel, int Extent>
using transform_for = std::tuple_element_t<transform_index(Kernel, Extent), transforms>;

/// In the transform domain each of the points is a matrix product by itself, M = V·U, so numbers lie point by point:
/// V [point][parity, large channel / width][tile][width] and M [point][small channel / width][tile][width] of the tiles
/// of a chunk of events, and weights U [point][panel][channel of the other side][channels of the panel], in panels of
/// two vectors. `width` is a vector's. Where products are of pairs, a place holds two channels of what is multiplied,
/// and then of two tiles, in a second half of each point. Channels are counted with the padding of their blocks, whose
/// weights are zero.
struct domain : extents {
  int factors;  ///< in each place of what is multiplied
  shape small, large;
  int small_channels, large_channels;  ///< without padding: rows and columns of canonical weights
  int block, width, pad[2];
  std::int64_t cache;  ///< numbers that a core's cache holds
  int most_tiles;      ///< of a chunk
  bool transposed;

  template <class Arch, class V>
  constexpr domain(const extents& of, const op& o, Arch, V)
      : domain(of, o, V::width, Arch::cache / sizeof(typename V::real), Arch::tiles, V::factors) {}
  [[gnu::noinline]] constexpr domain(const extents& of, const op& o, int width, std::int64_t cache, int tiles,
                                     int factors = 1)
      : extents(of), factors(factors), width(width), pad{o.geo.pad[0], o.geo.pad[1]}, cache(cache), most_tiles(tiles) {
    const sides s = sides_of(o);
    small = s.small.extent, large = s.large.extent, block = s.small.form.block, transposed = s.transposed;
    small_channels = small.channels, large_channels = large.channels;
    small.channels = padded_channels(small, {block}), large.channels = padded_channels(large, {block});
  }

  /// For passes that sum no gradient of weights: unless these, which every chunk reads, lie in no cache, or products
  /// are so short that they want the tallest tiles of registers.
  domain passing(int tiles, std::int64_t last_cache) const {
    domain d = *this;
    if (points * weight_plane() <= last_cache && (std::min)(parities * large.channels, small.channels) >= 128)
      d.most_tiles = tiles;
    return d;
  }

  constexpr int small_vectors() const { return small.channels / width; }
  constexpr int large_vectors() const { return large.channels / width; }
  constexpr std::int64_t weights_of_row() const { return std::int64_t(large_channels) * window_taps; }
  constexpr std::int64_t weights() const { return small_channels * weights_of_row(); }

  constexpr int tile_rows() const { return small.height / outputs; }
  constexpr int tile_columns() const { return small.width / outputs; }
  constexpr int tiles_of_event() const { return tile_rows() * tile_columns(); }
  /// So few tiles in a chunk that one point's V and M stay in a core's cache, so many that weights are worth their way
  /// there.
  constexpr int chunk_events(int batch) const {
    const auto tiles = (std::min)(std::int64_t(most_tiles), cache / (parities * large.channels + small.channels));
    return events_of_chunk(batch, (std::max)(1, static_cast<int>(tiles) / tiles_of_event()));
  }
  constexpr int chunks(int batch) const { return (batch + chunk_events(batch) - 1) / chunk_events(batch); }

  /// Numbers from point to point; a little more than powers of two, which would meet in the same sets of a cache.
  static constexpr int apart = 48;
  constexpr std::int64_t plane(int channels, int tiles) const {
    return std::int64_t(channels) * ((tiles + factors - 1) / factors * factors) + apart;
  }
  constexpr std::int64_t v_plane(int tiles) const { return plane(parities * large.channels, tiles); }
  constexpr std::int64_t m_plane(int tiles) const { return plane(small.channels, tiles); }
  constexpr std::int64_t weight_plane() const {
    return std::int64_t(parities) * large.channels * small.channels / factors + apart;
  }
  constexpr std::int64_t chunk_numbers(int batch) const {
    const int tiles = chunk_events(batch) * tiles_of_event();
    return points * (v_plane(tiles) + m_plane(tiles));
  }

  /// Position of a channel's first pixel inside one event of the small or large side; the channel begins a vector.
  constexpr std::int64_t at(const shape& side, int channel) const { return stored_index(side, {block}, channel, 0); }
};

/// Numbers of packed weights.
constexpr std::int64_t packed_numbers(const op& o, map_kernel k) {
  const domain d(sizes_of_transforms[transform_index(k, o.geo.kernel[0])], o, 1, 0, 1, factors_of_a_place(o.products));
  return d.points * d.weight_plane();
}

}  // namespace hepgan::native::toom_cook
