// One direction of a convolution: which side it reads, which one it makes, and in what order its sums run.
#pragma once
#include <hepgan/backend/native/direct/frames.hpp>

namespace hepgan::native::direct {

/// One direction of a layer: from images of one side to images of the other.
struct direction {
  std::int64_t cache;  ///< bytes of a core's
  bool adjoint;
  axis_window axes[2];
  tensor from, to;
  frame framed;
  int to_channels;  ///< with padding

  constexpr direction(const op& o, bool to_small, std::int64_t cache, int factors = 1)
      : direction(o, to_small, cache, factors, sides_of(o)) {}
  constexpr direction(const op& o, bool to_small, std::int64_t cache, int factors, const sides& s)
      : cache(cache),
        adjoint(!to_small),
        axes{{s.small.extent.height, s.large.extent.height, o.geo.kernel[0], o.geo.stride[0], o.geo.pad[0]},
             {s.small.extent.width, s.large.extent.width, o.geo.kernel[1], o.geo.stride[1], o.geo.pad[1]}},
        from(to_small ? s.large : s.small),
        to(to_small ? s.small : s.large),
        framed(from, axes, adjoint, factors),
        to_channels(padded_channels(to.extent, to.form)) {}

  constexpr int phases() const { return axes[0].phases(adjoint) * axes[1].phases(adjoint); }
  constexpr outputs rows(int phase) const { return axes[0].of(adjoint, phase / axes[1].phases(adjoint)); }
  constexpr outputs columns(int phase) const { return axes[1].of(adjoint, phase % axes[1].phases(adjoint)); }
  /// Places that each output of a phase sums over, in the order of the frame: [tap row][block][tap column][channel].
  constexpr int steps(int phase) const { return rows(phase).taps * framed.blocks * columns(phase).taps * framed.block; }
  constexpr std::int64_t stored() const { return to.stored(); }
  /// From vector to vector of `width` channels of an image.
  constexpr std::int64_t vector_stride(int width) const {
    return width < to.form.block ? width : std::int64_t(to.extent.pixels()) * width;
  }
  constexpr std::int64_t at(int channel, int h, int w) const {
    return stored_index(to.extent, to.form, channel, h * to.extent.width + w);
  }
};

}  // namespace hepgan::native::direct
