// Several penalties on one critic, added up, such as R1 and R2 together (Huang et al., arXiv:2501.05441).
#pragma once
#include <hepgan/penalty/penalty.hpp>

namespace hepgan {

/// penalties<r1, r2>{{.gamma = 1}, {.gamma = 1}}: each with its own numbers, workspace and turns.
template <class... P>
struct penalties : P... {
  template <class Critic>
  struct workspace : P::template workspace<Critic>... {
    explicit workspace(int batch) : P::template workspace<Critic>(batch)... {}
    std::size_t bytes() const { return (P::template workspace<Critic>::bytes() + ... + 0); }
  };

  template <class Parameters, class Tape, class Critic, class Gradients>
  double operator()(const Parameters& critic, Tape& on_real, Tape& on_fake, workspace<Critic>& w, Gradients& g,
                    penalty_draw draw) const {
    double sum = 0;
    ((sum += P::operator()(critic, on_real, on_fake, w, g, draw)), ...);  // in this order, always
    return sum;
  }
};

}  // namespace hepgan
