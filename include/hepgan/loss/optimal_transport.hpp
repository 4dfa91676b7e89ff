// OT-GAN (Salimans et al., arXiv:1803.05573): the critic embeds events where two distributions are far apart by
// transport, the generator brings them together.
#pragma once
#include <hepgan/loss/embeddings.hpp>
#include <hepgan/loss/rhythm.hpp>
#include <hepgan/loss/weighted_transports.hpp>

namespace hepgan {

/// The minibatch energy distance of two real batches X, X′ and two generated ones Y, Y′,
///   W(X,Y) + W(X,Y′) + W(X′,Y) + W(X′,Y′) − 2W(X,X′) − 2W(Y,Y′)
/// with W = Σ P·C under Sinkhorn's plan P, which is held constant in the gradient. A batch is two of them, one after
/// the other. critic: minus the distance; generator: the distance.
template <class Cost>
struct optimal_transport_of : embedding_traits {
  static constexpr int batches = 2;
  sinkhorn plan{};
  rhythm turns{.generator_steps = 3};

  turn at(std::int64_t step) const { return turns.at(step); }
  template <class Real>
  double critic(rows<const Real> real, rows<const Real> fake, rows<Real> d_real, rows<Real> d_fake) const {
    expect_two_batches(real, "real"), expect_two_batches(fake, "generated");
    return distance(-1, real, fake, d_real, d_fake);
  }
  template <class Real>
  double generator(rows<const Real> real, rows<const Real> fake, rows<Real> d_fake) const {
    return distance(1, real, fake, rows<Real>{}, d_fake);
  }

  /// sign times the distance, and the gradients of that; those that are empty are not wanted.
  template <class Real>
  [[gnu::noinline]] double distance(int sign, rows<const Real> real, rows<const Real> fake, rows<Real> d_real,
                                    rows<Real> d_fake) const {
    const double w = sign;
    return detail::transports<Real>().evaluate(
        Cost{}, plan, detail::transport_value::cost, real, fake, batches,
        {{0, 2, w}, {0, 3, w}, {1, 2, w}, {1, 3, w}, {0, 1, -2 * w}, {2, 3, -2 * w}}, d_real, d_fake);
  }

 private:
  /// One batch that is given twice makes W(X,X′) nothing, and the distance another: its halves agree event by event,
  /// and not because the critic makes the same of all.
  template <class Real>
  [[gnu::noinline]] static void expect_two_batches(rows<const Real> x, const char* which) {
    const auto half = x.flat.size() / 2;
    const Real *first = x.flat.data(), *second = first + half;
    if (!std::equal(first, second, second)) return;
    for (std::size_t i = x.width; i < half; ++i)
      if (first[i] != first[i % x.width])
        throw error({"optimal transport: found one ", which,
                     " batch twice, expected two independent ones, one after the other"});
  }
};

/// With the paper's cost.
using optimal_transport = optimal_transport_of<cosine_cost>;

}  // namespace hepgan
