// Weights in oneDNN's blocked order and back. Canonical weights lie [small channel][large channel][kh][kw], where the
// small side is a convolution's output and a transposed convolution's input: the two are one map and its adjoint.
#pragma once
#include <hepgan/backend/op.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::onednn {

/// Channels of both sides of a window, with padding to the block.
struct channels {
  int small, large, block_small, block_large, taps;
  constexpr explicit channels(const op& o)
      : small(sides_of(o).small.extent.channels),
        large(sides_of(o).large.extent.channels),
        block_small(sides_of(o).small.form.block),
        block_large(sides_of(o).large.form.block),
        taps(o.geo.kernel[0] * o.geo.kernel[1]) {}
  constexpr int blocks_small() const { return (small + block_small - 1) / block_small; }
  constexpr int blocks_large() const { return (large + block_large - 1) / block_large; }
  constexpr int size() const { return blocks_small() * block_small * blocks_large() * block_large * taps; }
};

/// f(canonical index or −1 for padding, packed index), in the packed order [s/B][l/B][tap][l%B][s%B] (`small_inner`, a
/// convolution's) or [s/B][l/B][tap][s%B][l%B] (its data gradient's); a thread per block of small channels.
template <class F>
void for_each_weight(const channels& c, bool small_inner, F f) {
  parallel_for(c.blocks_small(), [&](std::int64_t bs) {
    int packed = static_cast<int>(bs) * c.blocks_large() * c.taps * c.block_small * c.block_large;
    const int outer = small_inner ? c.block_large : c.block_small, inner = small_inner ? c.block_small : c.block_large;
    for (int bl = 0; bl < c.blocks_large(); ++bl)
      for (int tap = 0; tap < c.taps; ++tap)
        for (int i = 0; i < outer; ++i)
          for (int k = 0; k < inner; ++k, ++packed) {
            const int s = static_cast<int>(bs) * c.block_small + (small_inner ? k : i);
            const int l = bl * c.block_large + (small_inner ? i : k);
            f(s < c.small && l < c.large ? (s * c.large + l) * c.taps + tap : -1, packed);
          }
  });
}

/// To a convolution's order, or to its data gradient's.
inline void pack(const op& o, pass p, const float* canonical, float* packed) {
  for_each_weight(channels(o), to_small(o, p),
                  [&](int from, int to) { packed[to] = from < 0 ? 0.f : canonical[from]; });
}

inline void unpack_add(const op& o, const float* packed, float* canonical) {
  for_each_weight(channels(o), true, [&](int to, int from) {
    if (to >= 0) canonical[to] += packed[from];
  });
}

}  // namespace hepgan::onednn
