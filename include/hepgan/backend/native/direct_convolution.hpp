// Convolutions of any window, and their adjoints, as products of frames and packed weights: for each output the
// products are those of its definition, padding left out row by row. No sum is divided among threads, so results do not
// depend on their number.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/direct/frames.hpp>
#include <hepgan/backend/native/products.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {
namespace direct {

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
  constexpr std::int64_t stored() const { return std::int64_t(to_channels) * to.extent.pixels(); }
  /// From vector to vector of `width` channels of an image.
  constexpr std::int64_t vector_stride(int width) const {
    return width < to.form.block ? width : std::int64_t(to.extent.pixels()) * width;
  }
  constexpr std::int64_t at(int channel, int h, int w) const {
    return stored_index(to.extent, to.form, channel, h * to.extent.width + w);
  }
};

/// As many events as one core's cache holds frames of.
constexpr int chunk_events(const frame& f, int batch) {
  constexpr std::int64_t room = 1 << 17;
  const int most = static_cast<int>(std::clamp<std::int64_t>(room / f.numbers(), 1, batch));
  const int chunks = (batch + most - 1) / most;
  return (batch + chunks - 1) / chunks;
}

template <class Real>
void fill_frames(const frame& f, const Real* images, int events, Real* frames) {
  parallel_for(std::int64_t(events) * f.height, [&](std::int64_t i) {
    const std::int64_t event = i / f.height;
    f.fill_row(images + event * f.stored(), static_cast<int>(i % f.height), frames + event * f.numbers());
  });
}

/// Outputs of a row in tiles of one height, the last of which overlaps the one before: few tiles, and few twice.
template <class V>
struct pixel_tiles {
  static constexpr int heights[]{row_tiles<V>::most, V::registers == 32 ? 8 : 5, row_tiles<V>::some, 1};
  int pixels, height = 1;
  constexpr explicit pixel_tiles(int pixels) : pixels(pixels) {
    int least = 1 << 30;
    for (const int h : heights)
      if (const int cost = (pixels + h - 1) / h * (h + 1); h <= pixels && cost < least) least = cost, height = h;
  }
  template <class F>
  void with_height(F f) const {
    if (height == heights[0]) return f(std::integral_constant<int, heights[0]>{});
    if (height == heights[1]) return f(std::integral_constant<int, heights[1]>{});
    if (height == heights[2]) return f(std::integral_constant<int, heights[2]>{});
    f(std::integral_constant<int, 1>{});
  }
};

/// One row of outputs of one panel of channels.
template <class V, class Real>
void row_of_outputs(const direction& d, int phase, int panel, int row, const Real* frame_of_event, const Real* weights,
                    Real* image) {
  const outputs rows = d.rows(phase), columns = d.columns(phase);
  if (columns.count == 0) return;
  const frame& f = d.framed;
  // the rows of the frame that are more than padding
  const int first = rows.start + row * rows.step;
  const int skipped = std::clamp(f.top - first, 0, rows.taps);
  const int summed = std::clamp(f.top + f.image.height - first, skipped, rows.taps) - skipped;
  const int channel = 2 * panel * V::width, h = rows.first + row * rows.every;
  with_panel(d.to_channels / V::width, panel, [&](auto vectors) {
    const strides s{.blocks = summed * f.blocks,
                    .steps = columns.taps * f.block,
                    .a_block = f.row(),
                    .a_step = 1,
                    .a_row = std::int64_t(columns.step) * f.block,
                    .b_step = vectors * V::width,
                    .b_vector = V::width,
                    .c_row = std::int64_t(columns.every) * d.to.form.block,
                    .c_vector = d.vector_stride(V::width)};
    const Real* const a = frame_of_event + (first + skipped) * f.blocks * f.row() + columns.start * f.block;
    const Real* const b = weights + std::int64_t(skipped) * f.blocks * s.steps * s.b_step;
    const pixel_tiles<V> tiles(columns.count);
    tiles.with_height([&](auto height) {
      for (int t = 0; t < columns.count; t += height) {
        const int pixel = (std::min)(t, columns.count - height);
        product_tile<V, height, vectors>(s, a + pixel * s.a_row, b,
                                         image + d.at(channel, h, columns.first + pixel * columns.every));
      }
    });
  });
}

/// All events, panel by panel: its weights stay in a core's cache.
template <class V, class Real>
void run(const direction& d, int batch, const Real* from, const Real* weights, Real* frames, Real* to) {
  const frame& f = d.framed;
  const int chunk = chunk_events(f, batch), across = panels(d.to_channels / V::width);
  for (int first = 0; first < batch; first += chunk) {
    const int events = (std::min)(chunk, batch - first);
    fill_frames(f, from + first * f.stored(), events, frames);
    const Real* of_phase = weights;
    for (int phase = 0; phase < d.phases(); ++phase) {
      const column_panels<V> packed{d.to_channels, d.steps(phase)};
      const int rows = d.rows(phase).count;
      parallel_for(std::int64_t(across) * events * rows, [&](std::int64_t i) {
        const int panel = static_cast<int>(i / (std::int64_t(events) * rows)),
                  event = static_cast<int>(i / rows % events);
        row_of_outputs<V>(d, phase, panel, static_cast<int>(i % rows), frames + event * f.numbers(),
                          of_phase + packed.packed_index(0, 2 * panel * V::width), to + (first + event) * d.stored());
      });
      of_phase += std::int64_t(d.to_channels) * d.steps(phase);
    }
  }
}

/// Canonical weights, [small channel][large channel][tap row][tap column], in panels of the channels that a direction
/// goes to, phase by phase; 0 for channels that are padding.
template <class V, class Real>
void pack_weights(const direction& d, const Real* canonical, Real* packed) {
  const int block = d.framed.block, from_channels = d.framed.blocks * block, taps = d.axes[0].kernel * d.axes[1].kernel;
  for (int phase = 0; phase < d.phases(); ++phase) {
    const outputs rows = d.rows(phase), columns = d.columns(phase);
    const column_panels<V> panels{d.to_channels, d.steps(phase)};
    parallel_for(panels.count(), [&](std::int64_t p) {
      const int first = static_cast<int>(p) * panels.widest, width = panels.width(static_cast<int>(p));
      Real* const to = packed + panels.packed_index(0, first);
      for (int c = 0; c < from_channels; ++c)
        for (int k = 0; k < width; ++k) {
          const int small = d.adjoint ? c : first + k, large = d.adjoint ? first + k : c;
          const bool padding = c >= d.from.extent.channels || first + k >= d.to.extent.channels;
          const int large_channels = (d.adjoint ? d.to : d.from).extent.channels;
          const Real* const of = canonical + (std::int64_t(small) * large_channels + large) * taps;
          for (int r = 0; r < rows.taps; ++r)
            for (int q = 0; q < columns.taps; ++q) {
              const int step = ((r * d.framed.blocks + c / block) * columns.taps + q) * block + c % block;
              const int tap =
                  (rows.first_tap + r * rows.tap_step) * d.axes[1].kernel + columns.first_tap + q * columns.tap_step;
              to[std::int64_t(step) * width + k] = padding ? Real(0) : of[tap];
            }
        }
    });
    packed += std::int64_t(d.to_channels) * d.steps(phase);
  }
}

/// Adds Σ over events and pixels large ⊗ small to the canonical gradient. `sums`: [block of large channels][panel of
/// small channels][tap][large channel of the block][small channels], which grow chunk by chunk.
template <class V, class Real>
void add_weight_gradient(const direction& d, int batch, const Real* large, const Real* small, Real* frames, Real* sums,
                         Real* gradient) {
  const frame& f = d.framed;
  const int chunk = chunk_events(f, batch), across = panels(d.to_channels / V::width);
  const int kernel = d.axes[1].kernel, taps = d.axes[0].kernel * kernel;
  const auto at = [&](int block, int panel, int tap, int vectors) {
    const std::int64_t panel_at = (std::int64_t(block) * d.to_channels + 2 * panel * V::width) * taps * f.block;
    return panel_at + std::int64_t(tap) * f.block * vectors * V::width;
  };
  for (int first = 0; first < batch; first += chunk) {
    const int events = (std::min)(chunk, batch - first);
    fill_frames(f, large + first * f.stored(), events, frames);
    parallel_for(std::int64_t(f.blocks) * across * taps, [&](std::int64_t i) {
      const int tap = static_cast<int>(i % taps), panel = static_cast<int>(i / taps % across),
                block = static_cast<int>(i / taps / across);
      with_panel(d.to_channels / V::width, panel, [&](auto vectors) {
        const strides s{.blocks = d.to.extent.height,
                        .steps = d.to.extent.width,
                        .a_block = d.axes[0].stride * f.blocks * f.row(),
                        .a_step = std::int64_t(d.axes[1].stride) * f.block,
                        .a_row = 1,
                        .b_step = d.to.form.block,
                        .b_vector = d.vector_stride(V::width),
                        .c_row = vectors * V::width,
                        .c_vector = V::width};
        const Real* const a =
            frames + (tap / kernel * f.blocks + block) * f.row() + std::int64_t(tap % kernel) * f.block;
        const Real* const b = small + first * d.stored() + d.at(2 * panel * V::width, 0, 0);
        Real* const to = sums + at(block, panel, tap, vectors);
        constexpr int rows = V::registers == 32 ? 8 : 4;
        for (int r = 0; r < f.block; r += rows) {
          register_tile<V, rows, vectors> tile;
          const auto at_sums = [&](int row, int v) { return to + (r + row) * s.c_row + v * s.c_vector; };
          if (first > 0) tile.load(at_sums);
          for (int event = 0; event < events; ++event)
            add_products(tile, s, a + event * f.numbers() + r, b + event * d.stored());
          tile.store(at_sums);
        }
      });
    });
  }
  parallel_for(d.to.extent.channels, [&](std::int64_t channel) {
    const int panel = static_cast<int>(channel) / (2 * V::width), k = static_cast<int>(channel) % (2 * V::width);
    with_panel(d.to_channels / V::width, panel, [&](auto vectors) {
      for (int c = 0; c < d.from.extent.channels; ++c)
        for (int tap = 0; tap < taps; ++tap)
          gradient[(channel * d.from.extent.channels + c) * taps + tap] +=
              sums[at(c / f.block, panel, tap, vectors) + c % f.block * vectors * V::width + k];
    });
  });
}

template <class Arch, class Real>
void forward(const job<Real>& j) {
  with_lanes<Arch, Real>(j.what->x.form.block, [&]<class V>(V) {
    run<V>(direction(*j.what, to_small(*j.what, pass::forward)), j.batch, j.x, j.packed, j.scratch, j.y);
  });
}

template <class Arch, class Real>
void backward(const job<Real>& j) {
  with_lanes<Arch, Real>(j.what->x.form.block, [&]<class V>(V) {
    const op& o = *j.what;
    const bool transposed = sides_of(o).transposed;
    if (j.gradient) {
      const direction d(o, true);
      const std::int64_t frames = chunk_events(d.framed, j.batch) * d.framed.numbers();
      add_weight_gradient<V>(d, j.batch, transposed ? j.dy : j.x, transposed ? j.x : j.dy, j.scratch,
                             j.scratch + round_up(frames), j.gradient);
    }
    if (j.dx) run<V>(direction(o, to_small(o, pass::backward)), j.batch, j.dy, j.packed, j.scratch, j.dx);
  });
}

template <class Arch, class Real>
void pack(const op& o, pass p, const Real* canonical, Real* packed) {
  with_lanes<Arch, Real>(o.x.form.block,
                         [&]<class V>(V) { pack_weights<V>(direction(o, to_small(o, p)), canonical, packed); });
}

/// Frames of a chunk; in training, where the weight gradient is summed beside them, of either side.
inline std::int64_t scratch(const op& o, const workload& w) {
  const auto frames = [&](bool small) {
    const frame f = direction(o, small).framed;
    return round_up(chunk_events(f, w.batch) * f.numbers());
  };
  const bool onward = to_small(o, pass::forward);
  if (!w.training) return frames(onward);
  const direction d(o, true);
  const std::int64_t sums =
      std::int64_t(d.to_channels) * d.framed.blocks * d.framed.block * d.axes[0].kernel * d.axes[1].kernel;
  return (std::max)(frames(true) + sums, frames(false));
}

}  // namespace direct

template <class Arch, class Real>
constexpr kernel_functions<Real> direct_convolution_kernel() {
  return {.forward = &direct::forward<Arch, Real>,
          .backward = &direct::backward<Arch, Real>,
          .pack = &direct::pack<Arch, Real>,
          .scratch = &direct::scratch,
          .describe = [](const void*) { return "direct_convolution"; }};
}

}  // namespace hepgan::native
