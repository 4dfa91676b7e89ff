// The weight gradient of a direct convolution: for each tap a product of frames of the large side and images of the
// small.
#pragma once
#include <hepgan/backend/native/direct/direction.hpp>
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/transpose.hpp>

namespace hepgan::native::direct {

/// Some channels of the large side, as rows of a tile, by a panel of the small side's: all taps' sums stay in a core's
/// first cache until they are added to the gradient.
template <class V>
struct gradient_tasks {
  static constexpr int rows = row_tiles<V>::even;
  const frame& large;
  column_panels<V> panels;
  int taps;
  gradient_tasks(const direction& d)
      : large(d.framed), panels{d.to_channels, 0}, taps(d.axes[0].kernel * d.axes[1].kernel) {}
  constexpr int of_block() const { return large.block / rows; }
  constexpr std::int64_t count() const { return std::int64_t(panels.count()) * large.blocks * of_block(); }
  constexpr std::int64_t sums() const { return round_up(rows * taps * panels.widest); }
};

/// Adds Σ over events and pixels large ⊗ small to the canonical gradient. Each of so many workers has room for a task's
/// sums: [large channel][tap][small channel].
template <class V, class Real>
void add_weight_gradient(const direction& d, int batch, int workers, const Real* large, const Real* small, Real* frames,
                         Real* room, Real* gradient) {
  const frame& f = d.framed;
  const gradient_tasks<V> tasks(d);
  const int chunk = chunk_events(f, d.cache, batch, 1), kernel = d.axes[1].kernel, taps = tasks.taps;
  const int small_channels = d.to.extent.channels, large_channels = d.from.extent.channels;
  for (int first = 0; first < batch; first += chunk) {
    const int events = (std::min)(chunk, batch - first);
    fill_frames<V>(f, large + first * f.stored(), events, frames);
    parallel_for(workers, tasks.count(), [&](std::int64_t worker, std::int64_t i) {
      constexpr int rows = tasks.rows;
      const int part = static_cast<int>(i % (tasks.of_block() * f.blocks)), row = part % tasks.of_block() * rows,
                block = part / tasks.of_block();
      const int panel = static_cast<int>(i / (tasks.of_block() * f.blocks)), begin = tasks.panels.first(panel),
                width = tasks.panels.width(panel), here = (std::min)(width, small_channels - begin);
      const int channel = block * f.block + row, channels = (std::min)(rows, large_channels - channel);
      if (channels <= 0) return;
      // of each small channel [large channel][tap] is one row
      Real* const to = gradient + (std::int64_t(begin) * large_channels + channel) * taps;
      const std::int64_t to_row = std::int64_t(large_channels) * taps;
      Real* const sums = room + worker * tasks.sums();
      tasks.panels.with_vectors(panel, [&](auto vectors) {
        const strides s{.blocks = d.to.extent.height,
                        .steps = d.to.extent.width,
                        .a_block = d.axes[0].stride * f.blocks * f.row(),
                        .a_step = std::int64_t(d.axes[1].stride) * f.block,
                        .a_row = 1,
                        .b_step = d.to.form.block,
                        .b_vector = d.vector_stride(V::width),
                        .c_row = taps * width,
                        .c_vector = V::width};
        for (int tap = 0; tap < taps; ++tap) {
          // the gradient's part comes meanwhile: its rows are far apart
          for (int c = here * tap / taps; c < here * (tap + 1) / taps; ++c)
            for (int n = 0; n < channels * taps; n += 64 / int(sizeof(Real)))
              __builtin_prefetch(to + c * to_row + n, 1);
          const Real* const a =
              frames + (tap / kernel * f.blocks + block) * f.row() + std::int64_t(tap % kernel) * f.block + row;
          const Real* const b = small + first * d.stored() + d.at(begin, 0, 0);
          for (int event = 0; event < events; ++event)
            product_tile<V, rows, vectors>(s, {event > 0}, a + event * f.numbers(), b + event * d.stored(),
                                           sums + tap * width);
        }
      });
      transpose<V>(
          channels * taps, here, true, sums, width, [&](int c, int n) { return to + c * to_row + n; },
          putting<true, Real>{});
    });
  }
}

}  // namespace hepgan::native::direct
