// What a direct convolution reads: one event's images of all channels in a frame with zeros around it, so that no loop
// knows borders; and which of its rows and columns each output sums over.
#pragma once
#include <algorithm>
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/backend/op.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::direct {

/// The outputs of one axis that read their frame alike: output first + i · every sums over `taps` numbers of the frame,
/// from start + i · step on, with taps first_tap, first_tap ± tap_step, … of the window.
struct outputs {
  int first, every, count;
  int start, step;
  int taps, first_tap, tap_step;
};

/// One axis of a convolution's window. The convolution reads the large side; its adjoint the small one, where outputs
/// of each phase (what is left of an index of the padded large side divided by the stride) have taps of their own.
struct axis_window {
  int small, large, kernel, stride, pad;

  /// Most taps of a phase of the adjoint.
  constexpr int most_taps() const { return (kernel + stride - 1) / stride; }
  /// The frame of the side that is read, and where its first pixel lies there.
  constexpr int extent(bool adjoint) const {
    return adjoint ? (large - 1 + pad) / stride + most_taps() : (small - 1) * stride + kernel;
  }
  constexpr int offset(bool adjoint) const { return adjoint ? most_taps() - 1 : pad; }
  constexpr int phases(bool adjoint) const { return adjoint ? stride : 1; }

  constexpr outputs of(bool adjoint, int phase) const {
    if (!adjoint) return {0, 1, small, 0, stride, kernel, 0, 1};
    const int taps = phase < kernel ? (kernel - phase + stride - 1) / stride : 0;
    const int first = (phase - pad % stride + stride) % stride, at = (first + pad) / stride;
    const int count = first < large ? (large - 1 - first) / stride + 1 : 0;
    return {first, stride, count, at + most_taps() - taps, 1, taps, phase + stride * (taps - 1), -stride};
  }
};

/// Pixels lie [row][block of channels][column][channel of the block], the channels in places of one factor or of two:
/// all that an output's taps multiply in one row and block is contiguous, and one row and block after the other the
/// same distance apart.
struct frame {
  shape image;
  int channels, block, blocks, height, width, top, left;  ///< `block` in places, of so many channels

  constexpr frame(const tensor& t, const axis_window (&axes)[2], bool adjoint, int factors)
      : image(t.extent),
        channels(t.form.block),
        block(channels / factors),
        blocks(padded_channels(t.extent, t.form) / channels),
        height(axes[0].extent(adjoint)),
        width(axes[1].extent(adjoint)),
        top(axes[0].offset(adjoint)),
        left(axes[1].offset(adjoint)) {}

  constexpr std::int64_t row() const { return std::int64_t(width) * block; }
  constexpr std::int64_t numbers() const { return height * blocks * row(); }
  constexpr std::int64_t stored() const { return std::int64_t(blocks) * channels * image.pixels(); }
  constexpr bool has(int r) const { return r >= top && r < top + image.height; }
  constexpr bool has_column(int c) const { return c >= left && c < left + image.width; }

  /// Row r of all blocks; what of the image lies beyond the frame no output reads.
  template <class V, class Real>
  void fill_row(const Real* event, int r, Real* to) const {
    to += r * blocks * row();
    const int columns = std::clamp(width - left, 0, image.width);
    for (int b = 0; b < blocks; ++b, to += row()) {
      std::fill_n(to, row(), Real(0));
      if (!has(r)) continue;
      const Real* from = event + (std::int64_t(b) * image.pixels() + std::int64_t(r - top) * image.width) * channels;
      for (int i = 0; i < columns * channels; i += V::width)
        V::put(to + left * block + i / V::factors, V::load(from + i));
    }
  }
};

/// As many events as halves of the cores' caches, of so many bytes, hold frames of.
constexpr int chunk_events(const frame& f, std::int64_t cache, int batch, int threads) {
  const std::int64_t room = cache / 2 / std::int64_t(sizeof(float));
  return events_of_chunk(batch, static_cast<int>(std::clamp<std::int64_t>(room * threads / f.numbers(), 1, batch)));
}
/// Numbers of a chunk's frames, and of padding to a whole piece.
constexpr std::int64_t chunk_numbers(const frame& f, std::int64_t cache, int batch, int threads) {
  return round_up(chunk_events(f, cache, batch, threads) * f.numbers());
}

template <class V, class Real>
void fill_frames(const frame& f, const Real* images, int events, Real* frames) {
  const auto row = [&](std::int64_t i) {
    const std::int64_t event = i / f.height;
    f.template fill_row<V>(images + event * f.stored(), static_cast<int>(i % f.height), frames + event * f.numbers());
  };
  parallel_for(std::int64_t(events) * f.height, row, events * f.numbers());
}

}  // namespace hepgan::native::direct
