// Least squares (LSGAN; Mao et al., arXiv:1611.04076): scores are regressed to 1 for real events and 0 for generated
// ones.
#pragma once
#include <hepgan/loss/rhythm.hpp>
#include <hepgan/loss/scores.hpp>

namespace hepgan {

/// critic: E[½(D(x) − 1)²] + E[½D(G)²]; generator: E[½(D(G) − 1)²].
struct least_squares : loss_traits {
  rhythm turns{};

  turn at(std::int64_t step) const { return turns.at(step); }
  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    return to(real, 1, d_real) + to(fake, 0, d_fake);
  }
  template <class Real>
  double generator(std::span<const Real>, std::span<const Real> fake, std::span<Real> d_fake) const {
    return to(fake, 1, d_fake);
  }

 private:
  template <class Real>
  static double to(std::span<const Real> score, double label, std::span<Real> d) {
    return detail::mean_over_scores(score, d, [&](double s) {
      return detail::term{0.5 * (s - label) * (s - label), s - label};
    });
  }
};

}  // namespace hepgan
