// What a loss is, and what it asks of a training step: standard, least-squares, hinge, relativistic, Wasserstein and
// optimal-transport losses differ in nothing else.
#pragma once
#include <concepts>
#include <cstdint>
#include <hepgan/core/rows.hpp>
#include <span>
#include <type_traits>

namespace hepgan {

/// Which networks a step trains. Every step takes one real batch, so five critic steps per generator step are four
/// turns {true, false} and one {true, true}.
struct turn {
  bool critic = true, generator = true;
};

/// What a loss may ask for; a loss derives from it, and overrides by members of the same name.
struct loss_traits {
  static constexpr int batches = 1;                       ///< a batch is so many independent ones, one after another
  static constexpr bool real_for_generator = false;       ///< the generator's loss reads the real scores too
  static constexpr bool embeddings = false;               ///< the critic's output is a vector of any width, not a score
  static constexpr turn at(std::int64_t) { return {}; }   ///< whose turn a step is
  static double decision(double score) { return score; }  ///< D as papers plot it: a probability where it is one
  static constexpr const char* decision_name = "score";   ///< of what `decision` gives, for people
};

/// What a critic made of a batch: a span of scores, or, for a loss over embeddings, rows of them.
template <class Loss, class Real>
using scores_for = std::conditional_t<Loss::embeddings, rows<Real>, std::span<Real>>;

/// A value with
///   double critic(real, fake, d_real, d_fake)   scores of both batches → the critic's loss and its gradients
///   double generator(real, fake, d_fake)        scores → the generator's loss and its gradient; `real` is empty unless
///                                               `real_for_generator`
///   double decision(score)                      of one event; a loss over embeddings says itself what that is
///   decision_name                               and what it is called
/// over any real type. Gradients are of what each network minimises.
template <class L>
concept loss_policy = std::derived_from<L, loss_traits> &&
    requires(const L l, scores_for<L, const float> scores, scores_for<L, float> gradient, std::int64_t step) {
  { l.critic(scores, scores, gradient, gradient) } -> std::same_as<double>;
  { l.generator(scores, scores, gradient) } -> std::same_as<double>;
  { l.at(step) } -> std::same_as<turn>;
  { l.decision(scores[0]) } -> std::same_as<double>;
};

}  // namespace hepgan
