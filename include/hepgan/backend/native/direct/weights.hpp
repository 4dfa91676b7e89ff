// Weights in the order in which a direct convolution multiplies them, once per update.
#pragma once
#include <hepgan/backend/native/direct/direction.hpp>
#include <hepgan/backend/native/products.hpp>

namespace hepgan::native::direct {

/// Canonical weights, [small channel][large channel][tap row][tap column], in panels of the channels that a direction
/// goes to, phase by phase; 0 for channels that are padding.
template <class V, class Real>
void pack_weights(const direction& d, const Real* canonical, Real* packed) {
  const int block = d.framed.block, places = d.framed.blocks * block, taps = d.axes[0].kernel * d.axes[1].kernel;
  const int large_channels = (d.adjoint ? d.to : d.from).extent.channels;
  const auto weight = [&](int from, int to, int tap) {
    const int small = d.adjoint ? from : to, large = d.adjoint ? to : from;
    const bool padding = from >= d.from.extent.channels || to >= d.to.extent.channels;
    return padding ? Real(0) : canonical[(std::int64_t(small) * large_channels + large) * taps + tap];
  };
  for (int phase = 0; phase < d.phases(); ++phase) {
    const outputs rows = d.rows(phase), columns = d.columns(phase);
    const column_panels<V> panels{d.to_channels, d.steps(phase)};
    parallel_for(panels.count(), [&](std::int64_t p) {
      const int panel = static_cast<int>(p), first = panels.first(panel), width = panels.width(panel);
      Real* const to = packed + panels.packed_index(0, first);
      for (int c = 0; c < places; ++c)
        for (int k = 0; k < width; ++k)
          for (int r = 0; r < rows.taps; ++r)
            for (int q = 0; q < columns.taps; ++q) {
              const int step = ((r * d.framed.blocks + c / block) * columns.taps + q) * block + c % block;
              const int tap =
                  (rows.first_tap + r * rows.tap_step) * d.axes[1].kernel + columns.first_tap + q * columns.tap_step;
              to[std::int64_t(step) * width + k] =
                  V::place([&](int i) { return weight(V::factors * c + i, first + k, tap); });
            }
    });
    packed += std::int64_t(d.to_channels) * d.steps(phase);
  }
}

}  // namespace hepgan::native::direct
