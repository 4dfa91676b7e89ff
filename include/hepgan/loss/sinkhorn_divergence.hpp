// The debiased Sinkhorn divergence between a real and a generated batch (Genevay et al., arXiv:1706.00292; Feydy et
// al., arXiv:1810.08278).
#pragma once
#include <hepgan/loss/embeddings.hpp>
#include <hepgan/loss/rhythm.hpp>
#include <hepgan/loss/weighted_transports.hpp>

namespace hepgan {

/// S(X,Y) = W(X,Y) − ½W(X,X) − ½W(Y,Y), where W = min Σ P·C + 1/λ Σ P log(P·n·m) is the cost with its entropy, as
/// Feydy et al. define it: S is then at least 0 for these costs, and 0 only for batches of equal points; and since P
/// minimises W, the gradient with P held constant is all of it (the cost alone, Genevay's value, has more). Between a
/// kernel's distance for small λ and Wasserstein's for large. critic: −S; generator: S. A Euclidean cost has no bound,
/// so that the critic's embeddings need one.
template <class Cost>
struct sinkhorn_divergence_of : embedding_traits {
  sinkhorn plan{.lambda = 10};
  rhythm turns{.generator_steps = 3};  ///< as optimal_transport's

  turn at(std::int64_t step) const { return turns.at(step); }
  template <class Real>
  double critic(rows<const Real> real, rows<const Real> fake, rows<Real> d_real, rows<Real> d_fake) const {
    return divergence(-1, real, fake, d_real, d_fake);
  }
  template <class Real>
  double generator(rows<const Real> real, rows<const Real> fake, rows<Real> d_fake) const {
    return divergence(1, real, fake, rows<Real>{}, d_fake);
  }

 private:
  template <class Real>
  [[gnu::noinline]] double divergence(int sign, rows<const Real> real, rows<const Real> fake, rows<Real> d_real,
                                      rows<Real> d_fake) const {
    const double w = sign;
    return detail::transports<Real>().evaluate(Cost{}, plan, detail::transport_value::entropic_cost, real, fake,
                                               batches, {{0, 1, w}, {0, 0, -0.5 * w}, {1, 1, -0.5 * w}}, d_real,
                                               d_fake);
  }
};

using sinkhorn_divergence = sinkhorn_divergence_of<cosine_cost>;

}  // namespace hepgan
