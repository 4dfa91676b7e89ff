// Wasserstein's distance by a critic of bounded slope (Arjovsky et al., arXiv:1701.07875): the bound is a penalty's,
// such as gradient_penalty, or an optimizer's, which clips weights.
#pragma once
#include <hepgan/loss/rhythm.hpp>
#include <hepgan/loss/scores.hpp>

namespace hepgan {

/// critic: E[D(G)] − E[D(x)], minus the distance, + drift·E[D(x)²], which keeps scores near zero (Karras et al.,
/// arXiv:1710.10196, 1e-3; a number from 0 on); generator: −E[D(G)]. The critic makes five steps for each of the
/// generator's.
struct wasserstein : loss_traits {
  double drift = 0;
  rhythm turns{.critic_steps = 5};

  turn at(std::int64_t step) const { return turns.at(step); }
  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    expect_weight("wasserstein", "drift", drift);
    return mean(real, -1, d_real, drift) + mean(fake, 1, d_fake);
  }
  template <class Real>
  double generator(std::span<const Real>, std::span<const Real> fake, std::span<Real> d_fake) const {
    return mean(fake, -1, d_fake);
  }

 private:
  template <class Real>
  static double mean(std::span<const Real> score, double sign, std::span<Real> d, double drift = 0) {
    return detail::mean_over_scores(score, d, [&](double s) {
      return detail::term{sign * s + drift * s * s, sign + 2 * drift * s};
    });
  }
};

}  // namespace hepgan
