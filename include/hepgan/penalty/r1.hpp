// Penalties on the critic's gradient at real or at generated events (Mescheder et al., arXiv:1801.04406): without them
// gradients across the data do not vanish where both distributions agree, and training need not converge.
#pragma once
#include <hepgan/penalty/critic_slopes.hpp>
#include <hepgan/penalty/penalty.hpp>

namespace hepgan {
namespace detail {

/// strength/2 · ‖∇ₓD‖² of an event.
struct squared_slope {
  double strength;
  slope_term operator()(double length) const { return {strength / 2 * length * length, strength}; }
};

/// Of R1 and R2 alike, what is penalised in this step: one in `every`.
[[gnu::noinline]] inline double penalise_norm(squared_slope term, double gamma, int every,
                                              const parameters_base<float>& critic, tape_base<float>& events,
                                              input_gradient_base<float>& gradient, gradients_base<float>& g,
                                              penalty_draw draw) {
  expect_weight("gradient penalty", "gamma", gamma);
  if (every < 1) throw error({"gradient penalty: found every = ", every, ", expected at least 1"});
  if (term.strength == 0 || draw.critic_steps % every != 0) return 0;
  const auto slope =
      gradient.evaluate(critic, events.input(), events.seed(), events.first_event(), events.projected_conditions());
  return penalise_slopes(gradient, critic, g, slope, term);
}

}  // namespace detail

/// γ/2 · E‖∇ₓD‖² over real events (R1) or generated ones (R2). In every `every`-th step of the critic (from 1 on), and
/// then so many times as strong: lazy regularisation (Karras et al., arXiv:1912.04958). γ is in units of (input)²:
/// pixels twice as bright need 4γ.
template <bool Generated>
struct gradient_norm_penalty {
  double gamma = 1;
  int every = 1;

  /// What each of a batch's events adds, by its ‖∇ₓD‖.
  detail::squared_slope term(int batch) const { return {gamma * every / batch}; }

  template <class Critic>
  using workspace = detail::slope_workspace<gradient_norm_penalty, Critic>;

  template <class Critic>
  double operator()(const parameters<Critic>& critic, tape<Critic>& on_real, tape<Critic>& on_fake,
                    workspace<Critic>& w, gradients<Critic>& g, penalty_draw draw) const {
    return detail::penalise_norm(term(on_real.batch()), gamma, every, critic, Generated ? on_fake : on_real, w.gradient,
                                 g, draw);
  }
};
using r1 = gradient_norm_penalty<false>;
using r2 = gradient_norm_penalty<true>;

}  // namespace hepgan
