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

template <class Loss, class Real>
double mean_decision(const Loss& loss, std::span<const Real> scores) {
  double sum = 0;
  for (const Real s : scores) sum += loss.decision(s);
  return sum / static_cast<double>(scores.size());
}

/// Critic on a real and a fake batch, each with its own batch statistics; their gradients are added to g. Both tapes
/// hold their events as input. `flip` swaps the labels of this batch.
template <class Loss, class Parameters, class Tape>
critic_result critic_step(const Loss& loss, const Parameters& critic, Tape& on_real, Tape& on_fake,
                          typename Tape::gradients_type& g, bool flip = false) {
  const auto real = on_real.forward(critic), fake = on_fake.forward(critic);
  Tape &ones = flip ? on_fake : on_real, &zeros = flip ? on_real : on_fake;
  const double value = loss.critic(std::as_const(ones).output(), std::as_const(zeros).output(), ones.output_gradient(),
                                   zeros.output_gradient());
  const critic_result result{value, mean_decision(loss, real), mean_decision(loss, fake)};
  on_real.backward(critic, &g, false);
  on_fake.backward(critic, &g, false);
  return result;
}

/// What a generator step saw: its loss, and the penalty on its events.
struct generator_result {
  double loss, penalty = 0;
};

/// Generator through the critic: no critic weight gradients. `made` holds the generator's last forward pass, whose
/// output is on_fake's input; on_real is evaluated anew if the loss reads it.
template <class Loss, class Critic, class CriticTape, class Generator, class GeneratorTape, class Penalty = no_penalty>
requires event_penalty_policy<std::remove_reference_t<Penalty>> generator_result generator_step(
    const Loss& loss, const Critic& critic, CriticTape& on_real, CriticTape& on_fake, const Generator& generator,
    GeneratorTape& made, typename GeneratorTape::gradients_type& g, Penalty&& penalty = {}) {
  using scores = std::span<const typename Critic::real>;
  const scores fake = on_fake.forward(critic), real = Loss::real_for_generator ? on_real.forward(critic) : scores{};
  generator_result result{loss.generator(real, fake, on_fake.output_gradient())};
  on_fake.backward(critic, nullptr, true);
  made.load_output_gradient(on_fake);
  if constexpr (!std::is_same_v<std::remove_cvref_t<Penalty>, no_penalty>)
    result.penalty = penalty(std::as_const(made).output(), made.output_gradient());
  made.backward(generator, &g, false);
  return result;
}

}  // namespace hepgan
