// A GAN in training: both networks, their optimizers and tapes, and one step that is built of the free functions.
#pragma once
#include <algorithm>
#include <hepgan/core/random.hpp>
#include <hepgan/train/calibrate.hpp>
#include <hepgan/train/policies.hpp>
#include <hepgan/train/steps.hpp>
#include <hepgan/train/train.hpp>

namespace hepgan {

namespace detail {

[[gnu::noinline]] inline void expect_whole_batches(int batch, int batches) {
  if (batch % batches != 0)
    throw error("batch: found " + std::to_string(batch) + ", expected a multiple of the " + std::to_string(batches) +
                " batches that this loss compares");
}

/// Whether labels are swapped in a step.
[[gnu::noinline]] inline bool flips_labels(std::uint64_t seed, std::int64_t step, double rate) {
  return random_stream(seed, purpose::label_flip).uniform(step) < rate;
}

}  // namespace detail

/// What a GAN is trained with: name those that are not as they come, {.optimizer = {.learning_rate = 1e-4}}.
template <class Loss, class Optimizer, class Penalty, class EventPenalty, class Reducer>
struct gan_policies {
  Loss loss{};
  Optimizer optimizer{};                   ///< of both networks …
  Optimizer critic_optimizer = optimizer;  ///< … unless the critic has another: two time scales (arXiv:1706.08500)
  Penalty penalty{};
  EventPenalty event_penalty{};
  Reducer reduce{};
  double flip_rate = 0;
};

/// What a gan is but for its networks' types, compiled once for its policies.
template <class Loss, class Optimizer, class Penalty, class EventPenalty, class Reducer>
class adversarial_training {
 public:
  using moments_type = typename Optimizer::template state<float>;
  using policies = gan_policies<Loss, Optimizer, Penalty, EventPenalty, Reducer>;

  Loss loss;
  Optimizer generator_optimizer, critic_optimizer;
  Penalty penalty;             ///< on the critic
  EventPenalty event_penalty;  ///< on what the generator makes
  Reducer reduce;
  double flip_rate;  ///< probability, per batch, that real and fake labels are swapped in the critic's step
  std::uint64_t seed;
  std::int64_t steps = 0;
  moments_type generator_moments, critic_moments;

  [[gnu::noinline]] virtual ~adversarial_training() = default;

  /// One step on one real batch, [batch][image] pixels in (c, h, w) order, and its conditions, a row for each event, or
  /// an error: both networks learn from the same fakes, of the same conditions, each when it is its turn. A network's
  /// running state moves after its weights.
  step_result step(std::span<const float> real, std::span<const float> conditions = {}) {
    const networks n = both();
    expect_size("gan::step, conditions", conditions.size(), std::size_t(n.made.batch()) * conditions_);
    step_result result{loss.at(steps)};
    if (conditions_)
      for (tape_base<float>* t : {&n.made, &n.on_real, &n.on_fake}) t->load_conditions(conditions);
    draw(n);
    n.on_real.load(real);
    if (result.trained.generator) n.generator.advance(state_moves::at_step);
    n.made.forward(n.generator, statistics::batch);
    n.on_fake.load(n.made);
    if (result.trained.critic) train_critic(n, result);
    if (result.trained.generator) train_generator(n, result, conditions);
    ++steps;
    return result;
  }

 protected:
  /// Both networks with their tapes and gradients, of a gan.
  struct networks {
    parameters_base<float>&generator, &critic;
    tape_base<float>&made, &on_real, &on_fake;
    gradients_base<float>&generator_gradient, &critic_gradient;
  };
  virtual networks both() = 0;
  virtual double penalise_critic(penalty_draw) = 0;

  [[gnu::noinline]] adversarial_training(policies p, std::uint64_t s, int generator_weights, int critic_weights,
                                         int conditions)
      : loss(std::move(p.loss)),
        generator_optimizer(std::move(p.optimizer)),
        critic_optimizer(std::move(p.critic_optimizer)),
        penalty(std::move(p.penalty)),
        event_penalty(std::move(p.event_penalty)),
        reduce(std::move(p.reduce)),
        flip_rate(p.flip_rate),
        seed(s),
        generator_moments(generator_weights),
        critic_moments(critic_weights),
        conditions_(conditions) {}
  adversarial_training(adversarial_training&&) = default;
  adversarial_training& operator=(adversarial_training&&) = default;

 private:
  std::uint64_t first_event(const networks& n) const { return first_event_of(steps, reduce, n.made.batch()); }
  /// Seeds far from one another, and from those that production and other trainings count.
  void draw(const networks& n) {
    constexpr std::uint64_t generated = 1ull << 61, real_masks = 1ull << 62, fake_masks = 1ull << 63;
    draw_latents(n.made, latent_, seed ^ generated, first_event(n));
    n.on_real.random(seed ^ real_masks, first_event(n)), n.on_fake.random(seed ^ fake_masks, first_event(n));
  }
  void train_critic(const networks& n, step_result& result) {
    n.critic_gradient.zero();
    const bool flip = detail::flips_labels(seed, steps, flip_rate);
    const auto seen = detail::step_critic(loss, n.critic, n.on_real, n.on_fake, n.critic_gradient, flip);
    const double extra = penalise_critic({seed, first_event(n), critic_moments.steps});
    reduce.mean(n.critic_gradient.flat());
    detail::step_network(critic_optimizer, critic_moments, n.critic, n.critic_gradient);
    n.on_real.commit(n.critic), n.on_fake.commit(n.critic);
    result.critic_loss = seen.loss + extra, result.real_decision = seen.real, result.fake_decision = seen.fake;
  }
  void train_generator(const networks& n, step_result& result, std::span<const float> conditions) {
    n.generator_gradient.zero();
    const auto seen =
        detail::step_generator(loss, n.critic, n.on_real, n.on_fake, n.generator, n.made, n.generator_gradient,
                               event_penalty, rows<const float>{conditions, std::size_t((std::max)(1, conditions_))});
    result.generator_loss = seen.loss, result.event_penalty = seen.penalty;
    reduce.mean(n.generator_gradient.flat());
    detail::step_network(generator_optimizer, generator_moments, n.generator, n.generator_gradient);
    n.made.commit(n.generator);
  }

  int conditions_;  ///< of an event
  std::vector<float> latent_;
};

/// Owns everything of a training run but its data. `step` is a pure function of the state and the real batch: random
/// numbers are counted by `steps`.
template <network_type Generator, network_type Critic, class LossPolicy = standard_gan, class OptimizerPolicy = adam,
          class PenaltyPolicy = no_penalty, class EventPenaltyPolicy = no_penalty, class ReducerPolicy = local_reducer>
class gan : public detail::checked_policies<Critic, LossPolicy, OptimizerPolicy, PenaltyPolicy, EventPenaltyPolicy,
                                            ReducerPolicy>::training {
  using checked =
      detail::checked_policies<Critic, LossPolicy, OptimizerPolicy, PenaltyPolicy, EventPenaltyPolicy, ReducerPolicy>;
  using Loss = typename checked::loss;
  using Penalty = typename checked::penalty;
  static_assert(feeds<Generator, Critic>, "hepgan: the critic's input is not what the generator makes");
  static_assert(Loss::embeddings || Critic::output.size() == 1 || !well_formed<Critic>,
                "hepgan: this loss wants a critic with one score as output");
  static_assert(!Loss::embeddings || Critic::output.size() > 1 || !well_formed<Critic>,
                "hepgan: this loss wants a critic with an embedding as output, two numbers or more");
  static_assert(sees_conditions<Generator, Critic>,
                "hepgan: the critic does not see the conditions that the generator takes: make it conditional<K, "
                "critic>, with K planes beside the image, or projection<K, critic>");
  static_assert(shares_conditions<Generator, Critic>,
                "hepgan: the critic takes another number of conditions than the generator");

 public:
  using training = typename checked::training;
  using generator_tape = tape<Generator>;
  using critic_tape = tape<Critic>;
  using policies = typename training::policies;

  parameters<Generator> generator;
  parameters<Critic> critic;

  /// Refuses a batch that the batches which the loss compares do not divide.
  template <class Initialiser = pytorch_uniform>
  gan(int batch, policies p, std::uint64_t s, Initialiser draw = {})
      : training(std::move(p), s, parameters<Generator>::program_for().weights,
                 parameters<Critic>::program_for().weights, conditions_of<Generator>),
        made_(batch),
        on_real_(batch),
        on_fake_(batch),
        penalty_workspace_(batch) {
    detail::expect_whole_batches(batch, Loss::batches);
    static_assert(detail::is_initialiser<Initialiser>,
                  "hepgan: this is not an initialiser: init/initialisers.hpp says what one is");
    if constexpr (detail::is_initialiser<Initialiser>)
      initialise(generator, draw, s, 0), initialise(critic, draw, s, 1);
  }

  int batch() const { return made_.batch(); }
  /// Of the tapes and of what the penalty has beside.
  std::size_t tape_bytes() const {
    return made_.bytes() + on_real_.bytes() + on_fake_.bytes() + penalty_workspace_.bytes();
  }

  /// Gives weights of this generator, such as their moving average, the batch-norm statistics that they have at rest:
  /// under conditions like these rows, such as those of the training events.
  void calibrate(parameters<Generator>& p, std::span<const float> conditions = {}) {
    hepgan::calibrate(p, made_, ~this->seed, 64, conditions);
  }

 private:
  typename training::networks both() override {
    return {generator, critic, made_, on_real_, on_fake_, generator_gradient_, critic_gradient_};
  }
  double penalise_critic(penalty_draw draw) override {
    return this->penalty(critic, on_real_, on_fake_, penalty_workspace_, critic_gradient_, draw);
  }

  generator_tape made_;
  critic_tape on_real_, on_fake_;
  [[no_unique_address]] typename Penalty::template workspace<Critic> penalty_workspace_;
  gradients<Generator> generator_gradient_;
  gradients<Critic> critic_gradient_;
};

}  // namespace hepgan
