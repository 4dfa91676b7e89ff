// The equalised learning rate (Karras et al., arXiv:1710.10196): weights of one size in every layer, scaled at run
// time, so that optimizers that divide by the size of gradients move all layers alike.
#pragma once
#include <cmath>
#include <hepgan/backend/op.hpp>

namespace hepgan {

/// What a layer's activation asks for (He et al., arXiv:1502.01852): √2 before a ReLU, 1 before none.
enum class gain { linear, relu };

/// A reparametrisation: for `reparametrised<equalised_learning_rate<>, …>`, with weights drawn by normal{1}. The
/// weights in use are w·gain/√n, n being the number of inputs that an output is the sum of: of a convolution channels ·
/// kernel; of a transposed one these divided by the strides, since only so many of its taps meet an output.
template <gain Gain = gain::relu>
struct equalised_learning_rate {
  static constexpr const char* name = Gain == gain::relu ? "equalised" : "equalised_linear";
  static constexpr int state(const weight_extents&) { return 0; }
  static double scale(const weight_extents& e) { return std::sqrt((Gain == gain::relu ? 2 : 1) / e.inputs); }

  template <class Real>
  static void prepare(const weight_extents& e, const Real* w, const Real*, Real* in_use) {
    const Real by = static_cast<Real>(scale(e));
    for (int i = 0; i < e.count(); ++i) in_use[i] = by * w[i];
  }
  template <class Real>
  static void finish(const weight_extents& e, const Real*, const Real*, const Real* d_in_use, Real* d) {
    const Real by = static_cast<Real>(scale(e));
    for (int i = 0; i < e.count(); ++i) d[i] += by * d_in_use[i];
  }
};

}  // namespace hepgan
