// y = x + b, one number per channel (convolutions) or per element (dense). A part of its own: tangents skip it.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

struct channel_bias : bias_add {
  static constexpr const char* name = "bias";
  static constexpr bool per_pixel = false;
  static constexpr int weights(shape in) { return in.channels; }
};
struct element_bias : bias_add {
  static constexpr const char* name = "bias";
  static constexpr bool per_pixel = true;
  static constexpr int weights(shape in) { return in.size(); }
};

}  // namespace hepgan
