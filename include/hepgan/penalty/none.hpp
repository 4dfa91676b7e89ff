// No penalty.
//
// Concept `penalty`: a value with `double operator()(critic, on_real, on_fake, gradients, step)`: it sees the tapes that
// the critic's step has just swept, adds its own gradient to `gradients`, and returns its value.
#pragma once
#include <cstdint>

namespace hepgan {

struct no_penalty {
  template <class Critic, class Tape, class Gradients>
  double operator()(const Critic&, Tape&, Tape&, Gradients&, std::int64_t) const {
    return 0;
  }
};

}  // namespace hepgan
