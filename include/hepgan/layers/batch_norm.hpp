// Batch normalisation (Ioffe and Szegedy, arXiv:1502.03167), per channel over batch and pixels.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

/// y = γ(x − μ)/√(σ² + ε) + β, ε = 1e-5 (batch_statistics::epsilon). Training uses the batch's statistics (variance
/// with n); inference the running ones, which tape::commit moves towards the batch's (variance with n−1, as PyTorch's).
/// Weights {γ[c], β[c]}, state {mean[c], var[c]}.
struct batch_norm : normalisation {
  static constexpr const char* name = "batch_norm";
  static constexpr int weights(shape in) { return 2 * in.channels; }
  static constexpr int state(shape in) { return 2 * in.channels; }
};

}  // namespace hepgan
