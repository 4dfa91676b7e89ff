// Batch-norm statistics of weights at rest. Running statistics lag behind weights that move, and an average of weights
// has statistics that no step has seen: events sampled with them are not the generator's. "Precise" statistics are
// those of many batches at fixed weights (Wu and Johnson, arXiv:2105.07576).
#pragma once
#include <hepgan/train/latents.hpp>

namespace hepgan {

/// Replaces a generator's running state by the mean over `batches` batches of latent vectors of `seed`. The tape is a
/// training one, of any batch size; it holds nothing of use afterwards.
template <class Tape>
void calibrate(typename Tape::parameters_type& p, Tape& made, std::uint64_t seed, int batches = 64) {
  std::vector<typename Tape::parameters_type::real> room;
  for (int b = 0; b < batches; ++b) {
    draw_latents(made, room, seed, std::uint64_t(b) * made.batch());
    made.forward(p, statistics::batch);
    made.commit(p, 1.0 / (b + 1));  // the mean of all so far
  }
}

}  // namespace hepgan
