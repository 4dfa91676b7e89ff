// Norms within an event: no event sees another, so that a gradient penalty passes through them exactly. A group of one
// number has nothing to be compared with, and is refused.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

/// Over all of an event, then γ and β per channel (Ba et al., arXiv:1607.06450; for critics under a gradient penalty
/// Gulrajani et al., arXiv:1704.00028).
struct layer_norm : event_norm {
  static constexpr const char* name = "layer_norm";
  static constexpr bool affine = true;
  static constexpr shape output(shape in) { return in.size() > 1 ? in : shape{}; }
};

/// Over the pixels of each channel, then γ and β per channel (Ulyanov et al., arXiv:1607.08022).
struct instance_norm : event_norm {
  static constexpr const char* name = "instance_norm";
  static constexpr grouping over = grouping::channel;
  static constexpr bool affine = true;
  static constexpr shape output(shape in) { return in.pixels() > 1 ? in : shape{}; }
};

/// x/√(mean(x²) + 1e-8) over the channels of each pixel (Karras et al., arXiv:1710.10196).
struct pixel_norm : event_norm {
  static constexpr const char* name = "pixel_norm";
  static constexpr grouping over = grouping::pixel;
  static constexpr bool centred = false;
  static constexpr double epsilon = 1e-8;
  static constexpr shape output(shape in) { return in.channels > 1 ? in : shape{}; }
};

/// x/√(Σx² + 1e-12) over all of an event: an embedding of length 1; 0 stays 0.
struct l2_normalisation : event_norm {
  static constexpr const char* name = "l2_normalisation";
  static constexpr bool centred = false, averaged = false;
  static constexpr double epsilon = 1e-12;
  static constexpr shape output(shape in) { return in.size() > 1 ? in : shape{}; }
};

}  // namespace hepgan
