// The weight gradient of a direct convolution: for each tap a product of frames of the large side and images of the
// small.
#pragma once
#include <hepgan/backend/native/direct/direction.hpp>
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/transpose.hpp>

namespace hepgan::native::direct {

/// Adds Σ over events and pixels large ⊗ small to the canonical gradient. `sums`: [block of large channels][panel of
/// small channels][large channel of the block][tap][small channels], each event's added to those of the ones before.
template <class V, class Real>
void add_weight_gradient(const direction& d, int batch, const Real* large, const Real* small, Real* frames, Real* sums,
                         Real* gradient) {
  const frame& f = d.framed;
  const int chunk = chunk_events(f, d.cache, batch, 1), kernel = d.axes[1].kernel, taps = d.axes[0].kernel * kernel;
  const column_panels<V> panels{d.to_channels, taps * f.block};
  const auto at = [&](int block, int step, int channel) {
    return std::int64_t(block) * panels.columns * panels.steps + panels.packed_index(step, channel);
  };
  for (int first = 0; first < batch; first += chunk) {
    const int events = (std::min)(chunk, batch - first);
    fill_frames<V>(f, large + first * f.stored(), events, frames);
    parallel_for(std::int64_t(f.blocks) * panels.count() * taps, [&](std::int64_t i) {
      const int tap = static_cast<int>(i % taps), panel = static_cast<int>(i / taps % panels.count()),
                block = static_cast<int>(i / taps / panels.count()), channel = panels.first(panel);
      panels.with_vectors(panel, [&](auto vectors) {
        const strides s{.blocks = d.to.extent.height,
                        .steps = d.to.extent.width,
                        .a_block = d.axes[0].stride * f.blocks * f.row(),
                        .a_step = std::int64_t(d.axes[1].stride) * f.block,
                        .a_row = 1,
                        .b_step = d.to.form.block,
                        .b_vector = d.vector_stride(V::width),
                        .c_row = taps * vectors * V::width,
                        .c_vector = V::width};
        const Real* const a =
            frames + (tap / kernel * f.blocks + block) * f.row() + std::int64_t(tap % kernel) * f.block;
        const Real* const b = small + first * d.stored() + d.at(channel, 0, 0);
        Real* const to = sums + at(block, tap, channel);
        constexpr int rows = row_tiles<V>::even;
        for (int event = 0; event < events; ++event)
          for (int r = 0; r < f.block; r += rows)
            product_tile<V, rows, vectors>(s, {first + event > 0}, a + event * f.numbers() + r, b + event * d.stored(),
                                           to + r * s.c_row);
      });
    });
  }
  // of each small channel [large channel][tap] is one row
  parallel_for(std::int64_t(panels.count()) * f.blocks, [&](std::int64_t i) {
    const int block = static_cast<int>(i % f.blocks), panel = static_cast<int>(i / f.blocks);
    const int begin = panels.first(panel), large_channels = d.from.extent.channels;
    transpose<V>((std::min)(f.block, large_channels - block * f.block) * taps,
                 (std::min)(panels.width(panel), d.to.extent.channels - begin), true, sums + at(block, 0, begin),
                 panels.width(panel),
                 [&](int channel, int row) {
                   return gradient + (std::int64_t(begin + channel) * large_channels + block * f.block) * taps + row;
                 },
                 putting<true, Real>{});
  });
}

}  // namespace hepgan::native::direct
