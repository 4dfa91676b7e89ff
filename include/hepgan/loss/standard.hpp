// The standard GAN's loss (Goodfellow et al., arXiv:1406.2661) as mean binary cross entropy on logits.
//
// Concept `loss`: a value with
//   double critic(real, fake, d_real, d_fake)   scores of both batches → the critic's loss and its gradients
//   double generator(fake, d_fake)              scores of the fakes → the generator's loss and its gradient
// over spans of any real type. Gradients are of what the critic and the generator minimise. A loss that wants several
// batches, embeddings or real scores in the generator's step says so by the constants in `loss_traits`.
#pragma once
#include <cmath>
#include <span>

namespace hepgan {

/// What a loss needs from a training step; a loss overrides by members of the same name.
struct loss_traits {
  static constexpr int batches = 1;                 ///< real and fake batches per step; optimal transport takes two
  static constexpr bool real_for_generator = false;  ///< the generator's loss reads the real scores too
  static constexpr bool embeddings = false;          ///< the critic's output is a vector, not a score
};

namespace detail {

template <class Real>
Real softplus(Real x) {
  return (x > 0 ? x : Real(0)) + std::log1p(std::exp(-std::abs(x)));
}
template <class Real>
Real sigmoid(Real x) {
  return Real(1) / (Real(1) + std::exp(-x));
}

/// Mean cross entropy of logits against one label, and its gradient.
template <class Real>
double cross_entropy(std::span<const Real> logit, double label, std::span<Real> d) {
  double sum = 0;
  const Real y = static_cast<Real>(label), scale = Real(1) / static_cast<Real>(logit.size());
  for (std::size_t i = 0; i < logit.size(); ++i) {
    sum += y * softplus(-logit[i]) + (1 - y) * softplus(logit[i]);
    d[i] = scale * (sigmoid(logit[i]) - y);
  }
  return sum / static_cast<double>(logit.size());
}

}  // namespace detail

/// critic: E[softplus(−D(x))] + E[softplus(D(G))]; generator: E[softplus(−D(G))] (non-saturating) or
/// −E[softplus(D(G))] (saturating). real_label < 1 is one-sided smoothing (Salimans et al., arXiv:1606.03498).
struct standard_gan : loss_traits {
  bool saturating = false;
  double real_label = 1;

  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    return detail::cross_entropy(real, real_label, d_real) + detail::cross_entropy(fake, 0, d_fake);
  }
  template <class Real>
  double generator(std::span<const Real> fake, std::span<Real> d_fake) const {
    if (!saturating) return detail::cross_entropy(fake, 1, d_fake);
    const double value = -detail::cross_entropy(fake, 0, d_fake);
    for (Real& d : d_fake) d = -d;
    return value;
  }
};

}  // namespace hepgan
