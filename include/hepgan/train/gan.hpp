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

}  // namespace detail

/// Owns everything of a training run but its data. `step` is a pure function of the state and the real batch: random
/// numbers are counted by `steps`.
template <network_type Generator, network_type Critic, class LossPolicy = standard_gan, class OptimizerPolicy = adam,
          class PenaltyPolicy = no_penalty, class EventPenaltyPolicy = no_penalty, class ReducerPolicy = local_reducer>
class gan {
  using checked =
      detail::checked_policies<Critic, LossPolicy, OptimizerPolicy, PenaltyPolicy, EventPenaltyPolicy, ReducerPolicy>;
  using Loss = typename checked::loss;
  using Optimizer = typename checked::optimizer;
  using Penalty = typename checked::penalty;
  using EventPenalty = typename checked::event_penalty;
  using Reducer = typename checked::reducer;
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
  using generator_tape = tape<Generator>;
  using critic_tape = tape<Critic>;
  using moments_type = typename Optimizer::template state<float>;

  parameters<Generator> generator;
  parameters<Critic> critic;
  Loss loss;
  Optimizer generator_optimizer, critic_optimizer;
  Penalty penalty;             ///< on the critic
  EventPenalty event_penalty;  ///< on what the generator makes
  Reducer reduce;
  double flip_rate;  ///< probability, per batch, that real and fake labels are swapped in the critic's step
  std::uint64_t seed;
  std::int64_t steps = 0;
  moments_type generator_moments, critic_moments;

  /// What it is trained with: name those that are not as they come, {.optimizer = {.learning_rate = 1e-4}}.
  struct policies {
    Loss loss{};
    Optimizer optimizer{};                   ///< of both networks …
    Optimizer critic_optimizer = optimizer;  ///< … unless the critic has another: two time scales (arXiv:1706.08500)
    Penalty penalty{};
    EventPenalty event_penalty{};
    Reducer reduce{};
    double flip_rate = 0;
  };

  /// Refuses a batch that the batches which the loss compares do not divide.
  template <class Initialiser = pytorch_uniform>
  gan(int batch, policies p, std::uint64_t s, Initialiser draw = {})
      : loss(p.loss),
        generator_optimizer(p.optimizer),
        critic_optimizer(p.critic_optimizer),
        penalty(p.penalty),
        event_penalty(std::move(p.event_penalty)),
        reduce(p.reduce),
        flip_rate(p.flip_rate),
        seed(s),
        generator_moments(generator.program_for().weights),
        critic_moments(critic.program_for().weights),
        made_(batch),
        on_real_(batch),
        on_fake_(batch),
        penalty_workspace_(batch) {
    detail::expect_whole_batches(batch, Loss::batches);
    static_assert(detail::is_initialiser<Initialiser>,
                  "hepgan: this is not an initialiser: init/initialisers.hpp says what one is");
    if constexpr (detail::is_initialiser<Initialiser>)
      initialise(generator, draw, seed, 0), initialise(critic, draw, seed, 1);
  }

  int batch() const { return made_.batch(); }
  /// Of the tapes and of what the penalty has beside.
  std::size_t tape_bytes() const {
    return made_.bytes() + on_real_.bytes() + on_fake_.bytes() + penalty_workspace_.bytes();
  }

  /// Gives weights of this generator, such as their moving average, the batch-norm statistics that they have at rest:
  /// under conditions like these rows, such as those of the training events.
  void calibrate(parameters<Generator>& p, std::span<const float> conditions = {}) {
    hepgan::calibrate(p, made_, ~seed, 64, conditions);
  }

  /// One step on one real batch, [batch][image] pixels in (c, h, w) order, and its conditions, a row for each event, or
  /// an error: both networks learn from the same fakes, of the same conditions, each when it is its turn. A network's
  /// running state moves after its weights.
  step_result step(std::span<const float> real, std::span<const float> conditions = {}) {
    expect_size("gan::step, conditions", conditions.size(), std::size_t(batch()) * conditions_of<Generator>);
    step_result result{loss.at(steps)};
    if constexpr (conditions_of<Critic> != 0)
      made_.load_conditions(conditions), on_real_.load_conditions(conditions), on_fake_.load_conditions(conditions);
    draw();
    on_real_.load(real);
    if (result.trained.generator) generator.advance(state_moves::at_step);
    made_.forward(generator);
    on_fake_.load(made_);
    if (result.trained.critic) train_critic(result);
    if (result.trained.generator) train_generator(result, conditions);
    ++steps;
    return result;
  }

 private:
  std::uint64_t first_event() const { return first_event_of(steps, reduce, batch()); }
  /// Seeds far from one another, and from those that production and other trainings count.
  void draw() {
    constexpr std::uint64_t generated = 1ull << 61, real_masks = 1ull << 62, fake_masks = 1ull << 63;
    draw_latents(made_, latent_, seed ^ generated, first_event());
    on_real_.random(seed ^ real_masks, first_event()), on_fake_.random(seed ^ fake_masks, first_event());
  }
  void train_critic(step_result& result) {
    critic_gradient_.zero();
    const bool flip = random_stream(seed, purpose::label_flip).uniform(steps) < flip_rate;
    const auto seen = critic_step(loss, critic, on_real_, on_fake_, critic_gradient_, flip);
    const double extra = penalty(critic, on_real_, on_fake_, penalty_workspace_, critic_gradient_,
                                 {seed, first_event(), critic_moments.steps});
    reduce.mean(critic_gradient_.flat());
    optimizer_step(critic_optimizer, critic_moments, critic, critic_gradient_);
    on_real_.commit(critic), on_fake_.commit(critic);
    result.critic_loss = seen.loss + extra, result.real_decision = seen.real, result.fake_decision = seen.fake;
  }
  void train_generator(step_result& result, std::span<const float> conditions) {
    generator_gradient_.zero();
    const auto seen = generator_step(loss, critic, on_real_, on_fake_, generator, made_, generator_gradient_,
                                     event_penalty, {conditions, (std::max)(1, conditions_of<Generator>)});
    result.generator_loss = seen.loss, result.event_penalty = seen.penalty;
    reduce.mean(generator_gradient_.flat());
    optimizer_step(generator_optimizer, generator_moments, generator, generator_gradient_);
    made_.commit(generator);
  }

  generator_tape made_;
  critic_tape on_real_, on_fake_;
  [[no_unique_address]] typename Penalty::template workspace<Critic> penalty_workspace_;
  gradients<Generator> generator_gradient_;
  gradients<Critic> critic_gradient_;
  std::vector<float> latent_;
};

}  // namespace hepgan
