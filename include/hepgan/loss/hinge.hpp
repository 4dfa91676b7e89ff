// The hinge loss (Lim and Ye, arXiv:1705.02894), which spectral-norm GANs use (Miyato et al., arXiv:1802.05957).
#pragma once
#include <algorithm>
#include <hepgan/loss/rhythm.hpp>
#include <hepgan/loss/scores.hpp>

namespace hepgan {

/// critic: E[max(0, 1 − D(x))] + E[max(0, 1 + D(G))]; generator: −E[D(G)]. At the kink the slope is 0.
struct hinge : loss_traits {
  rhythm turns{};  ///< arXiv:1802.05957 makes five critic steps

  turn at(std::int64_t step) const { return turns.at(step); }
  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    return margin(real, -1, d_real) + margin(fake, 1, d_fake);
  }
  template <class Real>
  double generator(std::span<const Real>, std::span<const Real> fake, std::span<Real> d_fake) const {
    return detail::mean_over_scores(fake, d_fake, [](double s) { return detail::term{-s, -1}; });
  }

 private:
  template <class Real>
  static double margin(std::span<const Real> score, double sign, std::span<Real> d) {
    return detail::mean_over_scores(score, d, [&](double s) {
      const double over = 1 + sign * s;
      return detail::term{(std::max)(over, 0.0), over > 0 ? sign : 0};
    });
  }
};

}  // namespace hepgan
