// What losses over embeddings share.
#pragma once
#include <cmath>
#include <hepgan/loss/loss.hpp>
#include <hepgan/loss/transport_costs.hpp>

namespace hepgan {

/// As loss_traits, of losses that compare embeddings: the generator's reads the real ones too.
struct embedding_traits : loss_traits {
  static constexpr bool embeddings = true, real_for_generator = true;

  /// The length of an embedding. It is no verdict, which only batches have here: where it vanishes or explodes, the
  /// critic is in trouble.
  static constexpr const char* decision_name = "length of an embedding";
  template <class Real>
  static double decision(std::span<const Real> embedding) {
    return std::sqrt(double(detail::inner_product(embedding, embedding)));
  }
};

}  // namespace hepgan
