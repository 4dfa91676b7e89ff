// A GAN in training: both networks with their optimizers and tapes.
#pragma once
#include <hepgan/train/adversarial.hpp>
#include <hepgan/train/calibrate.hpp>

namespace hepgan {

namespace detail {

[[gnu::noinline]] inline void expect_whole_batches(int batch, int batches) {
  if (batch % batches != 0)
    throw error({"batch: found ", batch, ", expected a multiple of the ", batches, " batches that this loss compares"});
}

}  // namespace detail

/// Owns everything of a training run but its data. `step` is a pure function of the state and the real batch: random
/// numbers are counted by `steps`.
template <network_type Generator, network_type Critic, class LossPolicy = standard_gan, class OptimizerPolicy = adam,
          class PenaltyPolicy = no_penalty, class EventPenaltyPolicy = no_penalty, class ReducerPolicy = local_reducer>
class gan final : public detail::checked_policies<Critic, LossPolicy, OptimizerPolicy, PenaltyPolicy,
                                                  EventPenaltyPolicy, ReducerPolicy>::training {
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
                "hepgan: the critic does not see the conditions that the generator takes: give both options' "
                ".conditions one number, or make it conditional<K, critic>, with K planes beside the image, or "
                "projection<K, critic>");
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
                 parameters<Critic>::program_for().weights),
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
  /// Of the tapes and of what the penalties have beside.
  std::size_t tape_bytes() const {
    return made_.bytes() + on_real_.bytes() + on_fake_.bytes() + penalty_workspace_.bytes() +
           this->event_slopes(made_) * sizeof(float);
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
  double penalise_critic(std::uint64_t first_event) override {
    return this->penalty(critic, on_real_, on_fake_, penalty_workspace_, critic_gradient_,
                         {this->seed, first_event, this->critic_moments.steps});
  }

  generator_tape made_;
  critic_tape on_real_, on_fake_;
  [[no_unique_address]] typename Penalty::template workspace<Critic> penalty_workspace_;
  gradients<Generator> generator_gradient_;
  gradients<Critic> critic_gradient_;
};

}  // namespace hepgan
