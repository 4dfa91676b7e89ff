// The gradient penalty of WGAN-GP (Gulrajani et al., arXiv:1704.00028): a critic of slope 1 between real and generated
// events, as the one that attains Wasserstein's distance has.
#pragma once
#include <algorithm>
#include <hepgan/core/random.hpp>
#include <hepgan/penalty/critic_slopes.hpp>
#include <hepgan/penalty/penalty.hpp>

namespace hepgan {

/// λ E[(‖∇ₓD(x̂)‖ − 1)²] with x̂ = x + α(G − x), α uniform per event, and the norm over all of an event: exact, by a
/// tangent sweep. `one_sided` lets slopes below 1 be (the same paper's alternative). λ moves from `weight` to
/// `final_weight` over the critic's first `steps_to_final` steps, and stays; 0 steps: it is `weight`.
struct gradient_penalty {
  double weight = 10;
  bool one_sided = false;
  double final_weight = 0;
  std::int64_t steps_to_final = 0;

  /// λ after so many steps of the critic.
  double weight_at(std::int64_t critic_steps) const {
    if (steps_to_final <= 0) return weight;
    const double way = (std::min)(1.0, static_cast<double>(critic_steps) / static_cast<double>(steps_to_final));
    return weight + way * (final_weight - weight);
  }

  /// What each of a batch's events adds, by its ‖∇ₓD(x̂)‖.
  auto term(double strength, int batch) const {
    return [share = strength / batch, one_sided = one_sided](double length) {
      const double off = one_sided ? (std::max)(length - 1, 0.0) : length - 1;
      return detail::slope_term{share * off * off, length > 0 ? 2 * share * off / length : 0};
    };
  }

  template <class Critic>
  using workspace = detail::slope_workspace<gradient_penalty, Critic>;

  template <class Critic>
  double operator()(const parameters<Critic>& critic, tape<Critic>& on_real, tape<Critic>& on_fake,
                    workspace<Critic>& w, gradients<Critic>& g, penalty_draw draw) const {
    return add(critic, on_real, on_fake, w.gradient, g, draw);
  }

  /// x̂ of a batch, in any layout that both share.
  template <class Real>
  static void interpolate(std::span<const Real> real, std::span<const Real> fake, int batch, penalty_draw draw,
                          std::span<Real> between) {
    const random_stream alpha(draw.seed, purpose::interpolation);
    const std::size_t size = real.size() / batch;
    for (int event = 0; event < batch; ++event) {
      const auto a = static_cast<Real>(alpha.uniform(draw.event + event));
      for (std::size_t i = event * size; i < (event + 1) * size; ++i) between[i] = real[i] + a * (fake[i] - real[i]);
    }
  }

 private:
  double add(const parameters_base<float>& critic, tape_base<float>& on_real, tape_base<float>& on_fake,
             input_gradient_base<float>& gradient, gradients_base<float>& g, penalty_draw draw) const {
    expect_weight("gradient penalty", "weight", weight);
    expect_weight("gradient penalty", "final_weight", final_weight);
    const double strength = weight_at(draw.critic_steps);
    if (strength == 0) return 0;
    const std::span<float> between = gradient.direction();  // which nobody wants yet
    interpolate<float>(on_real.input(), on_fake.input(), on_real.batch(), draw, between);
    const auto slope =
        gradient.evaluate(critic, between, on_real.seed(), on_real.first_event(), on_real.projected_conditions());
    return detail::penalise_slopes(gradient, critic, g, slope, term(strength, on_real.batch()));
  }
};

}  // namespace hepgan
