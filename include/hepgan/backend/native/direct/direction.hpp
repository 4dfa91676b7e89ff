// One direction of a convolution: which side it reads, which one it makes, and in what order its sums run.
#pragma once
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/backend/native/direct/frames.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::direct {

/// One direction of a layer: from images of one side to images of the other.
struct direction {
  bool adjoint;
  axis_window axes[2];
  tensor from, to;
  frame framed;
  int to_channels;  ///< with padding

  constexpr direction(const op& o, bool to_small) : direction(o, to_small, sides_of(o)) {}
  constexpr direction(const op& o, bool to_small, const sides& s)
      : adjoint(!to_small),
        axes{{s.small.extent.height, s.large.extent.height, o.geo.kernel[0], o.geo.stride[0], o.geo.pad[0]},
             {s.small.extent.width, s.large.extent.width, o.geo.kernel[1], o.geo.stride[1], o.geo.pad[1]}},
        from(to_small ? s.large : s.small),
        to(to_small ? s.small : s.large),
        framed(from, axes, adjoint),
        to_channels(padded_channels(to.extent, to.form)) {}

  constexpr int phases() const { return axes[0].phases(adjoint) * axes[1].phases(adjoint); }
  constexpr outputs rows(int phase) const { return axes[0].of(adjoint, phase / axes[1].phases(adjoint)); }
  constexpr outputs columns(int phase) const { return axes[1].of(adjoint, phase % axes[1].phases(adjoint)); }
  /// Numbers that each output of a phase sums over, in the order of the frame: [tap row][block][tap column][channel].
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

/// As many events as the cores' caches hold frames of.
template <class Arch>
constexpr int chunk_events(const frame& f, int batch, int threads) {
  constexpr std::int64_t room = Arch::cache / 2 / sizeof(float);
  return events_of_chunk(batch, static_cast<int>(std::clamp<std::int64_t>(room * threads / f.numbers(), 1, batch)));
}
/// Numbers of a chunk's frames, and of padding to a whole piece.
template <class Arch>
constexpr std::int64_t chunk_numbers(const frame& f, int batch, int threads) {
  return round_up(chunk_events<Arch>(f, batch, threads) * f.numbers());
}

template <class Real>
void fill_frames(const frame& f, const Real* images, int events, Real* frames) {
  parallel_for(std::int64_t(events) * f.height, [&](std::int64_t i) {
    const std::int64_t event = i / f.height;
    f.fill_row(images + event * f.stored(), static_cast<int>(i % f.height), frames + event * f.numbers());
  });
}

}  // namespace hepgan::native::direct
