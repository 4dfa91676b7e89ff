// The relativistic average GAN (Jolicoeur-Martineau, arXiv:1807.00734): an event is judged beside the other batch.
#pragma once
#include <hepgan/layers/activations.hpp>
#include <hepgan/loss/rhythm.hpp>
#include <hepgan/loss/scores.hpp>

namespace hepgan {

/// With D̃(x) = D(x) − E[D(G)] and D̃(G) = D(G) − E[D(x)]: critic E[softplus(−D̃(x))] + E[softplus(D̃(G))]; generator
/// the same with real and generated events exchanged.
struct relativistic_average : loss_traits {
  static constexpr bool real_for_generator = true;
  rhythm turns{};

  turn at(std::int64_t step) const { return turns.at(step); }
  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    return above(real, fake, d_real, d_fake);
  }
  template <class Real>
  double generator(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_fake) const {
    return above(fake, real, d_fake, std::span<Real>{});
  }

 private:
  /// The loss of a critic that wants `up` above the mean of `down`, and `down` below that of `up`.
  template <class Real>
  [[gnu::noinline]] static double above(std::span<const Real> up, std::span<const Real> down, std::span<Real> d_up,
                                        std::span<Real> d_down) {
    const double mean_up = mean(up), mean_down = mean(down);
    double through_up = 0, through_down = 0;  // slopes with respect to the means
    const double value = detail::mean_over_scores(up, d_up,
                                                  [&](double s) {
                                                    const double gap = mean_down - s;
                                                    through_down += sigmoid::value(gap);
                                                    return detail::term{softplus::value(gap), -sigmoid::value(gap)};
                                                  }) +
                         detail::mean_over_scores(down, d_down, [&](double s) {
                           const double gap = s - mean_up;
                           through_up -= sigmoid::value(gap);
                           return detail::term{softplus::value(gap), sigmoid::value(gap)};
                         });
    const double pairs = static_cast<double>(up.size()) * static_cast<double>(down.size());
    for (Real& d : d_up) d += static_cast<Real>(through_up / pairs);
    for (Real& d : d_down) d += static_cast<Real>(through_down / pairs);
    return value;
  }
  template <class Real>
  static double mean(std::span<const Real> score) {
    return detail::mean_over_scores(score, std::span<Real>{}, [](double s) { return detail::term{s, 1}; });
  }
};

}  // namespace hepgan
