// A variational autoencoder in training: encoder and decoder, their optimizer and tapes, and one step built of the free
// function. Its decoder samples as any generator does.
#pragma once
#include <hepgan/optim/schedules.hpp>
#include <hepgan/train/kept_state.hpp>
#include <hepgan/train/latents.hpp>
#include <hepgan/train/policies.hpp>
#include <hepgan/train/train.hpp>
#include <hepgan/train/vae_step.hpp>

namespace hepgan {
namespace detail {

template <class L>
inline constexpr bool is_likelihood = likelihood_policy<L>;
template <class S>
inline constexpr bool is_schedule = schedule_policy<S>;

/// What is none is replaced after its sentence, so that its uses say no more.
template <class Likelihood, class Schedule>
struct checked_vae_policies {
  using likelihood = std::conditional_t<is_likelihood<Likelihood>, Likelihood, gaussian_likelihood>;
  using schedule = std::conditional_t<is_schedule<Schedule>, Schedule, linear_warmup>;
  static_assert(is_likelihood<Likelihood>, "hepgan: this is not a likelihood: loss/likelihood.hpp says what one is");
  static_assert(is_schedule<Schedule>, "hepgan: this is not a schedule: optim/schedules.hpp says what one is");
};

}  // namespace detail

/// Owns everything of a training run but its data. `step` is a pure function of the state and the batch: random numbers
/// are counted by `steps`. The encoder's output is, for each of the decoder's L latent numbers, a mean, and then for
/// each a logarithm of a variance.
template <network_type Encoder, network_type Decoder, class LikelihoodPolicy = gaussian_likelihood,
          class OptimizerPolicy = adam, class SchedulePolicy = linear_warmup, class EventPenaltyPolicy = no_penalty,
          class ReducerPolicy = local_reducer>
class vae {
  using own = detail::checked_vae_policies<LikelihoodPolicy, SchedulePolicy>;
  using checked =
      detail::checked_policies<Encoder, standard_gan, OptimizerPolicy, no_penalty, EventPenaltyPolicy, ReducerPolicy>;
  using Likelihood = typename own::likelihood;
  using Schedule = typename own::schedule;
  using Optimizer = typename checked::optimizer;
  using EventPenalty = typename checked::event_penalty;
  using Reducer = typename checked::reducer;
  static_assert(feeds<Decoder, Encoder>, "hepgan: the encoder's input is not what the decoder makes");
  static_assert(Encoder::output.size() == 2 * event_of<Decoder>.size() || !well_formed<Encoder> ||
                    !well_formed<Decoder>,
                "hepgan: an encoder's output is two numbers, mean and log variance, for each latent number");
  static_assert(conditions_of<Encoder> == conditions_of<Decoder> || !well_formed<Encoder> || !well_formed<Decoder>,
                "hepgan: the encoder takes another number of conditions than the decoder");

 public:
  using encoder_tape = tape<Encoder>;
  using decoder_tape = tape<Decoder>;
  using moments_type = typename Optimizer::template state<float>;

  parameters<Encoder> encoder;
  parameters<Decoder> decoder;
  Likelihood likelihood;
  double beta;                 ///< weight of the divergence …
  Schedule beta_schedule;      ///< … times this, in step 1, 2, …
  Optimizer optimizer;         ///< of both networks
  EventPenalty event_penalty;  ///< on the decoder's output
  Reducer reduce;
  std::uint64_t seed;
  std::int64_t steps = 0;
  moments_type encoder_moments, decoder_moments;
  vae_result seen{};  ///< in the last step

  /// What it is trained with: name those that are not as they come, {.beta = 4, .beta_schedule = {1000}}.
  struct policies {
    Likelihood likelihood{};
    double beta = 1;
    Schedule beta_schedule{};
    Optimizer optimizer{};
    EventPenalty event_penalty{};
    Reducer reduce{};
  };

  template <class Initialiser = pytorch_uniform>
  vae(int batch, policies p, std::uint64_t s, Initialiser draw = {})
      : likelihood(p.likelihood),
        beta(p.beta),
        beta_schedule(p.beta_schedule),
        optimizer(p.optimizer),
        event_penalty(std::move(p.event_penalty)),
        reduce(p.reduce),
        seed(s),
        encoder_moments(encoder.program_for().weights),
        decoder_moments(decoder.program_for().weights),
        encoded_(batch),
        decoded_(batch) {
    static_assert(detail::is_initialiser<Initialiser>,
                  "hepgan: this is not an initialiser: init/initialisers.hpp says what one is");
    if constexpr (detail::is_initialiser<Initialiser>)
      initialise(decoder, draw, seed, 0), initialise(encoder, draw, seed, 1);
  }

  int batch() const { return encoded_.batch(); }
  std::size_t tape_bytes() const { return encoded_.bytes() + decoded_.bytes(); }

  /// One step on one batch of events, [batch][image] pixels in (c, h, w) order, and their conditions, a row for each,
  /// or an error; what is refused moves nothing. It is the generator's turn; its loss is −log p(x|z) + β·KL, and there
  /// are no decisions.
  step_result step(std::span<const float> events, std::span<const float> conditions = {}) {
    expect_size("vae::step, conditions", conditions.size(), std::size_t(batch()) * conditions_of<Decoder>);
    const std::uint64_t first = first_event_of(steps, reduce, batch());
    encoded_.random(seed ^ seed_of::on_real, first), decoded_.random(seed ^ seed_of::generated, first);
    encoder_gradient_.zero(), decoder_gradient_.zero();
    const double weight = beta * beta_schedule(steps + 1);
    expect_weight("vae", "beta", weight);
    encoder_state_.keep(encoder), decoder_state_.keep(decoder);
    try {
      seen = vae_step(likelihood, weight, events, encoder, encoded_, decoder, decoded_, room_, encoder_gradient_,
                      decoder_gradient_, event_penalty,
                      rows<const float>{conditions, (std::max)(1, conditions_of<Decoder>)});
    } catch (...) {
      encoder_state_.put_back(encoder), decoder_state_.put_back(decoder);
      throw;
    }
    learn(encoder, encoder_gradient_, encoder_moments, encoded_);
    learn(decoder, decoder_gradient_, decoder_moments, decoded_);
    ++steps;
    return {.trained = {.critic = false, .generator = true},
            .generator_loss = seen.reconstruction + weight * seen.divergence,
            .event_penalty = seen.penalty};
  }

 private:
  template <class Parameters, class Gradients, class Tape>
  void learn(Parameters& network, Gradients& gradient, moments_type& moments, const Tape& tape) {
    reduce.mean(gradient.flat());
    optimizer_step(optimizer, moments, network, gradient);
    tape.commit(network);
  }

  encoder_tape encoded_;
  decoder_tape decoded_;
  gradients<Encoder> encoder_gradient_;
  gradients<Decoder> decoder_gradient_;
  detail::kept_state encoder_state_, decoder_state_;  ///< before a step, in case it is refused
  latent_room<float> room_;
};

}  // namespace hepgan
