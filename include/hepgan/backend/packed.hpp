// How many numbers the weights in use of each kernel are, and in which orders: one for each pass, or one for both.
#pragma once
#include <hepgan/backend/native/toom_cook/domain.hpp>
#include <hepgan/backend/op.hpp>

namespace hepgan {

/// The pass in whose order a kernel reads its weights.
constexpr pass order_of_weights(const op& o, map_kernel k, pass p) {
  const bool one =
      k == map_kernel::onednn_product ||
      (k == map_kernel::one_channel && sides_of(o).large.extent.channels > sides_of(o).small.extent.channels);
  return one ? pass::forward : p;
}

/// Numbers of an operation's weights in use for a pass; 0 where the kernel reads the canonical ones, or others.
constexpr std::int64_t packed_size(const op& o, map_kernel k, pass p) {
  if (o.kind != op_kind::linear_map || o.weights.count == 0 || order_of_weights(o, k, p) != p) return 0;
  const int taps = o.geo.kernel[0] * o.geo.kernel[1];
  const std::int64_t pairs =
      std::int64_t(padded_channels(o.x.extent, o.x.form)) * padded_channels(o.y.extent, o.y.form);
  switch (k) {
    case map_kernel::onednn_convolution:
      return taps * pairs;
    case map_kernel::direct_convolution:
      return taps * pairs / factors_of_a_place(o.products);
    case map_kernel::onednn_product:
    case map_kernel::product_tiles:
      return std::int64_t(o.x.stored()) * o.y.stored();
    case map_kernel::toom_cook:
    case map_kernel::toom_cook_f2:
      return native::toom_cook::packed_numbers(o, k);
    case map_kernel::one_channel:
      return round_up(taps) * pairs;
    case map_kernel::reference:
    case map_kernel::circular:
    case map_kernel::resampling:
      break;
  }
  return 0;
}

}  // namespace hepgan
