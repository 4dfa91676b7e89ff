// The standard GAN's loss (Goodfellow et al., arXiv:1406.2661) as mean binary cross entropy on logits.
#pragma once
#include <hepgan/layers/activations.hpp>
#include <hepgan/loss/rhythm.hpp>
#include <hepgan/loss/scores.hpp>

namespace hepgan {
namespace detail {

/// Mean cross entropy of logits against one label, and its gradient. A part that weighs nothing is left out: at a logit
/// without end it would be 0·∞.
template <class Real>
double cross_entropy(std::span<const Real> logit, double label, std::span<Real> d) {
  return mean_over_scores(logit, d, [&](double s) {
    double value = 0;
    if (label != 0) value += label * softplus::value(-s);
    if (label != 1) value += (1 - label) * softplus::value(s);
    return term{value, sigmoid::value(s) - label};
  });
}

}  // namespace detail

/// critic: E[softplus(−D(x))] + E[softplus(D(G))]; generator: E[softplus(−D(G))] (non-saturating) or
/// −E[softplus(D(G))] (saturating). real_label < 1 is one-sided smoothing (Salimans et al., arXiv:1606.03498).
struct standard_gan : loss_traits {
  bool saturating = false;
  double real_label = 1;
  rhythm turns{};

  turn at(std::int64_t step) const { return turns.at(step); }
  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    return detail::cross_entropy(real, real_label, d_real) + detail::cross_entropy(fake, 0, d_fake);
  }
  template <class Real>
  double generator(std::span<const Real>, std::span<const Real> fake, std::span<Real> d_fake) const {
    if (!saturating) return detail::cross_entropy(fake, 1, d_fake);
    const double value = -detail::cross_entropy(fake, 0, d_fake);
    for (Real& d : d_fake) d = -d;
    return value;
  }
  /// The probability that an event is real.
  static double decision(double logit) { return sigmoid::value(logit); }
  static constexpr const char* decision_name = "probability";
};

}  // namespace hepgan
