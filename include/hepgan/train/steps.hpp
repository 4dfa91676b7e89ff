// The two steps of adversarial training as free functions, for anyone to copy and change.
#pragma once
#include <hepgan/loss/loss.hpp>
#include <hepgan/net/tape.hpp>
#include <hepgan/penalty/penalty.hpp>
#include <type_traits>
#include <utility>

namespace hepgan {

/// What a critic step saw: its loss, and the mean decisions on both batches (probabilities for the standard GAN).
struct critic_result {
  double loss, real, fake;
};

namespace detail {

/// A network's output, or its gradient, by event.
template <class Real, class Number>
rows<Number> rows_of(const tape_base<Real>& t, std::span<Number> output) {
  return {output, std::size_t(t.output_tensor().extent.size())};
}
/// A critic's, as the loss wants them.
template <class Loss, class Real, class Number>
scores_for<Loss, Number> scores(const tape_base<Real>& t, std::span<Number> output) {
  if constexpr (Loss::embeddings)
    return rows_of(t, output);
  else
    return output;
}
template <class Loss, class Real>
auto output_of(const tape_base<Real>& t) {
  return scores<Loss>(t, t.output());
}
template <class Loss, class Real>
auto gradient_of(tape_base<Real>& t) {
  return scores<Loss>(t, t.output_gradient());
}

}  // namespace detail

/// The mean of `decision` over the events of a batch.
template <class Loss, class Scores>
[[gnu::noinline]] double mean_decision(const Loss& loss, const Scores& scores) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) sum += loss.decision(scores[i]);
  return sum / static_cast<double>(scores.size());
}

/// What a generator step saw: its loss, and the penalty on its events.
struct generator_result {
  double loss, penalty = 0;
};

namespace detail {

// The parts of both steps: those that only pass through networks are compiled once for each real type, those that the
// loss has to do with once for each loss.

/// The critic on both batches, each with its own statistics; the state of reparametrised weights moves first.
template <class Real>
[[gnu::noinline]] void evaluate_critic(parameters_base<Real>& critic, tape_base<Real>& on_real,
                                       tape_base<Real>& on_fake) {
  critic.advance(state_moves::at_step);
  on_real.forward(critic, statistics::batch), on_fake.forward(critic, statistics::batch);
}
/// What the loss makes of its outputs, and their gradients.
template <class Loss, class Real>
critic_result judge(const Loss& loss, tape_base<Real>& on_real, tape_base<Real>& on_fake, bool flip) {
  tape_base<Real>&ones = flip ? on_fake : on_real, &zeros = flip ? on_real : on_fake;
  const double value =
      loss.critic(output_of<Loss>(ones), output_of<Loss>(zeros), gradient_of<Loss>(ones), gradient_of<Loss>(zeros));
  return {value, mean_decision(loss, output_of<Loss>(on_real)), mean_decision(loss, output_of<Loss>(on_fake))};
}
template <class Real>
[[gnu::noinline]] void pull_back_critic(const parameters_base<Real>& critic, tape_base<Real>& on_real,
                                        tape_base<Real>& on_fake, gradients_base<Real>& g) {
  on_real.backward(critic, &g, false);
  on_fake.backward(critic, &g, false);
}

/// The critic on the generator's events, and on real ones if the loss reads them.
template <class Loss, class Real>
double judge_generator(const Loss& loss, const parameters_base<Real>& critic, tape_base<Real>& on_real,
                       tape_base<Real>& on_fake) {
  scores_for<Loss, const Real> real{};
  if constexpr (Loss::real_for_generator) on_real.forward(critic, statistics::batch), real = output_of<Loss>(on_real);
  on_fake.forward(critic, statistics::batch);
  return loss.generator(real, output_of<Loss>(on_fake), gradient_of<Loss>(on_fake));
}
/// To what the generator made: no critic weight gradients.
template <class Real>
[[gnu::noinline]] void pull_back_to_events(const parameters_base<Real>& critic, tape_base<Real>& on_fake,
                                           tape_base<Real>& made) {
  on_fake.backward(critic, nullptr, true);
  made.load_output_gradient(on_fake);
}

}  // namespace detail

/// Critic on a real and a fake batch, each with its own batch statistics; their gradients are added to g. Both tapes
/// hold their events as input. `flip` swaps the labels of this batch. The state of reparametrised weights moves first.
template <class Loss, class Tape>
critic_result critic_step(const Loss& loss, typename Tape::parameters_type& critic, Tape& on_real, Tape& on_fake,
                          typename Tape::gradients_type& g, bool flip = false) {
  using Real = typename Tape::parameters_type::real;
  detail::evaluate_critic<Real>(critic, on_real, on_fake);
  const critic_result seen = detail::judge<Loss, Real>(loss, on_real, on_fake, flip);
  detail::pull_back_critic<Real>(critic, on_real, on_fake, g);
  return seen;
}

/// Generator through the critic: no critic weight gradients. `made` holds the generator's last forward pass, whose
/// output is on_fake's input; on_real is evaluated anew if the loss reads it. A generator with a spectral norm moves
/// its state before that pass: generator.advance(state_moves::at_step). The penalty sees the events' conditions, if it
/// wants to.
template <class Loss, class CriticTape, class GeneratorTape, class Penalty = no_penalty,
          class Real = typename CriticTape::parameters_type::real>
requires event_penalty_policy<std::remove_reference_t<Penalty>, Real> generator_result
generator_step(const Loss& loss, const typename CriticTape::parameters_type& critic, CriticTape& on_real,
               CriticTape& on_fake, const typename GeneratorTape::parameters_type& generator, GeneratorTape& made,
               typename GeneratorTape::gradients_type& g, Penalty&& penalty = {},
               rows<const std::type_identity_t<Real>> conditions = {}) {
  static_assert(feeds<typename GeneratorTape::network, typename CriticTape::network>,
                "hepgan: the other network's input is not what this one makes");
  generator_result seen{detail::judge_generator<Loss, Real>(loss, critic, on_real, on_fake)};
  detail::pull_back_to_events<Real>(critic, on_fake, made);
  seen.penalty = penalise(penalty, detail::rows_of<Real>(made, std::as_const(made).output()),
                          detail::rows_of<Real>(made, made.output_gradient()), conditions);
  made.backward(generator, &g, false);
  return seen;
}

}  // namespace hepgan
