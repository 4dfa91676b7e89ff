// Batch-norm statistics of weights at rest. Running statistics lag behind weights that move, and an average of weights
// has statistics that no step has seen: events sampled with them are not the generator's. "Precise" statistics are
// those of many batches at fixed weights (Wu and Johnson, arXiv:2105.07576).
#pragma once
#include <hepgan/train/latents.hpp>
#include <type_traits>

namespace hepgan {

/// Replaces a generator's running state by the mean over `batches` batches of latent vectors of `seed`, and of rows of
/// conditions, in turn, if it takes some. The tape is a training one, of any batch size; it holds nothing of use
/// afterwards.
template <class Tape, class Real = typename Tape::parameters_type::real>
void calibrate(typename Tape::parameters_type& p, Tape& made, std::uint64_t seed, int batches = 64,
               std::type_identity_t<std::span<const Real>> conditions = {}) {
  constexpr std::size_t k = conditions_of<typename Tape::network>;
  if (k ? conditions.empty() || conditions.size() % k != 0 : !conditions.empty())
    throw error({"calibrate: found ", conditions.size(), " numbers of conditions, expected ",
                 k ? "rows of " + std::to_string(k) : "none"});
  std::vector<Real> room, rows(k * made.batch());
  for (int b = 0; b < batches; ++b) {
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = conditions[(b * rows.size() + i) % conditions.size()];
    made.load_conditions(rows);
    draw_latents(made, room, seed, std::uint64_t(b) * made.batch());
    made.forward(p, statistics::batch);
    made.commit(p, 1.0 / (b + 1));  // the mean of all so far
  }
}

}  // namespace hepgan
