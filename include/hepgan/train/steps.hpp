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
template <class Tape, class Real>
rows<Real> rows_of(const Tape&, std::span<Real> output) {
  return {output, std::size_t(Tape::network::output.size())};
}
/// A critic's, as the loss wants them.
template <class Loss, class Tape, class Real>
scores_for<Loss, Real> scores(const Tape& t, std::span<Real> output) {
  if constexpr (Loss::embeddings)
    return rows_of(t, output);
  else
    return output;
}
template <class Loss, class Tape>
auto output_of(const Tape& t) {
  return scores<Loss>(t, t.output());
}
template <class Loss, class Tape>
auto gradient_of(Tape& t) {
  return scores<Loss>(t, t.output_gradient());
}

}  // namespace detail

/// The mean of `decision` over the events of a batch.
template <class Loss, class Scores>
double mean_decision(const Loss& loss, const Scores& scores) {
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) sum += loss.decision(scores[i]);
  return sum / static_cast<double>(scores.size());
}

/// Critic on a real and a fake batch, each with its own batch statistics; their gradients are added to g. Both tapes
/// hold their events as input. `flip` swaps the labels of this batch. The state of reparametrised weights moves first.
template <class Loss, class Parameters, class Tape>
critic_result critic_step(const Loss& loss, Parameters& critic, Tape& on_real, Tape& on_fake,
                          typename Tape::gradients_type& g, bool flip = false) {
  using namespace detail;
  critic.advance(state_moves::at_step);
  on_real.forward(critic), on_fake.forward(critic);
  Tape &ones = flip ? on_fake : on_real, &zeros = flip ? on_real : on_fake;
  const double value =
      loss.critic(output_of<Loss>(ones), output_of<Loss>(zeros), gradient_of<Loss>(ones), gradient_of<Loss>(zeros));
  const critic_result result{value, mean_decision(loss, output_of<Loss>(on_real)),
                             mean_decision(loss, output_of<Loss>(on_fake))};
  on_real.backward(critic, &g, false);
  on_fake.backward(critic, &g, false);
  return result;
}

/// What a generator step saw: its loss, and the penalty on its events.
struct generator_result {
  double loss, penalty = 0;
};

/// Generator through the critic: no critic weight gradients. `made` holds the generator's last forward pass, whose
/// output is on_fake's input; on_real is evaluated anew if the loss reads it. A generator with a spectral norm moves
/// its state before that pass: generator.advance(state_moves::at_step). The penalty sees the events' conditions, if it
/// wants to.
template <class Loss, class Critic, class CriticTape, class Generator, class GeneratorTape, class Penalty = no_penalty>
requires event_penalty_policy < std::remove_reference_t<Penalty>,
typename Critic::real > generator_result generator_step(const Loss& loss, const Critic& critic, CriticTape& on_real,
                                                        CriticTape& on_fake, const Generator& generator,
                                                        GeneratorTape& made, typename GeneratorTape::gradients_type& g,
                                                        Penalty&& penalty = {},
                                                        rows<const typename Critic::real> conditions = {}) {
  using namespace detail;
  scores_for<Loss, const typename Critic::real> real{};
  if constexpr (Loss::real_for_generator) on_real.forward(critic), real = output_of<Loss>(on_real);
  on_fake.forward(critic);
  generator_result result{loss.generator(real, output_of<Loss>(on_fake), gradient_of<Loss>(on_fake))};
  on_fake.backward(critic, nullptr, true);
  made.load_output_gradient(on_fake);
  if constexpr (!std::is_same_v<std::remove_cvref_t<Penalty>, no_penalty>)
    result.penalty = penalise(penalty, rows_of(made, std::as_const(made).output()),
                              rows_of(made, made.output_gradient()), conditions);
  made.backward(generator, &g, false);
  return result;
}

}  // namespace hepgan
