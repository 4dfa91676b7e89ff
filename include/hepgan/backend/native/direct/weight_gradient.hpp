// The weight gradient of a direct convolution: for each tap a product of frames of the large side and images of the
// small.
#pragma once
#include <hepgan/backend/native/direct/direction.hpp>
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/transpose.hpp>

namespace hepgan::native::direct {

/// What threads share: some channels of the large side, as rows of a tile, by a panel of the small side's and all taps,
/// whose sums stay in a core's caches until they are added to the gradient; or, where there are few such, by a row of
/// the window. No sum is divided.
template <class V>
struct gradient_tasks {
  static constexpr int rows = row_tiles<V>::even;
  frame large;
  int to_channels, kernel, taps, runs, run;  ///< runs of taps
  gradient_tasks(const direction& d, int threads)
      : large(d.framed), to_channels(d.to_channels), kernel(d.axes[1].kernel), taps(d.axes[0].kernel * kernel) {
    runs = of_panel() * panels().count() < 4 * threads ? d.axes[0].kernel : 1, run = taps / runs;
  }
  column_panels<V> panels() const { return {to_channels, 0}; }  // of nothing packed
  int of_panel() const { return large.blocks * large.block / rows; }
  std::int64_t count() const { return std::int64_t(panels().count()) * of_panel() * runs; }
  int workers(int threads) const { return static_cast<int>((std::min<std::int64_t>)(threads, count())); }
  std::int64_t sums() const { return round_up(rows * run * panels().widest); }
};

/// One task's: sums over events and pixels large ⊗ small, [large channel][tap][small channel], added to the gradient.
template <class V, class Real>
void add_task(const direction& d, const gradient_tasks<V>& tasks, std::int64_t task, int events, const Real* frames,
              const Real* images, Real* sums, Real* gradient) {
  constexpr int rows = gradient_tasks<V>::rows;
  const frame& f = d.framed;
  const int first_tap = static_cast<int>(task % tasks.runs) * tasks.run, run = tasks.run, taps = tasks.taps;
  const int part = static_cast<int>(task / tasks.runs % tasks.of_panel()), channel = part * rows;
  const int panel = static_cast<int>(task / tasks.runs / tasks.of_panel()), begin = tasks.panels().first(panel);
  const int width = tasks.panels().width(panel), large_channels = d.from.extent.channels;
  const int channels = (std::min)(rows, large_channels - channel),
            columns = (std::min)(width, d.to.extent.channels - begin);
  if (channels <= 0 || columns <= 0) return;  // padding
  // of each small channel [large channel][tap] is one row
  const std::int64_t row = std::int64_t(large_channels) * taps;
  Real* const to = gradient + begin * row + std::int64_t(channel) * taps + first_tap;
  tasks.panels().with_vectors(panel, [&](auto vectors) {
    const strides s{.blocks = d.to.extent.height,
                    .steps = d.to.extent.width,
                    .a_block = d.axes[0].stride * f.blocks * f.row(),
                    .a_step = std::int64_t(d.axes[1].stride) * f.block,
                    .a_row = 1,
                    .b_step = d.to.form.block,
                    .b_vector = d.vector_stride(V::width),
                    .c_row = run * width,
                    .c_vector = V::width};
    const Real* const b = images + d.at(begin, 0, 0);
    for (int t = 0; t < run; ++t) {
      // the gradient's part comes meanwhile: its rows are far apart
      for (int c = columns * t / run; c < columns * (t + 1) / run; ++c)
        for (int n = 0; n < channels * taps; n += 64 / int(sizeof(Real))) __builtin_prefetch(to + c * row + n, 1);
      const int tap = first_tap + t, block = channel / f.block;
      const Real* const a = frames + (tap / tasks.kernel * f.blocks + block) * f.row() +
                            std::int64_t(tap % tasks.kernel) * f.block + channel % f.block;
      for (int event = 0; event < events; ++event)
        product_tile<V, rows, vectors>(s, {event > 0}, a + event * f.numbers(), b + event * d.stored(),
                                       sums + t * width);
    }
  });
  const auto add = [&](int from, int numbers) {  // large channel, taps from it on
    transpose<V>(
        numbers, columns, true, sums + from * run * width, width,
        [&](int c, int n) { return to + c * row + from * taps + n; }, putting<true, Real>{});
  };
  if (run == taps) return add(0, channels * taps);
  for (int l = 0; l < channels; ++l) add(l, run);
}

/// Adds a batch's to the canonical gradient. Each worker has room for a task's sums.
template <class V, class Real>
void add_weight_gradient(const direction& d, int batch, int threads, const Real* large, const Real* small, Real* frames,
                         Real* room, Real* gradient) {
  const frame& f = d.framed;
  const gradient_tasks<V> tasks(d, threads);
  const int chunk = chunk_events(f, d.cache, batch, 1);
  for (int first = 0; first < batch; first += chunk) {
    const int events = (std::min)(chunk, batch - first);
    fill_frames<V>(f, large + first * f.stored(), events, frames);
    parallel_for(tasks.workers(threads), tasks.count(), [&](std::int64_t worker, std::int64_t task) {
      add_task<V>(d, tasks, task, events, frames, small + first * d.stored(), room + worker * tasks.sums(), gradient);
    });
  }
}

}  // namespace hepgan::native::direct
