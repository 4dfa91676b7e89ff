// The step of a variational autoencoder (Kingma and Welling, arXiv:1312.6114) as a free function, for anyone to copy
// and change.
#pragma once
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>
#include <hepgan/loss/gaussian_posterior.hpp>
#include <hepgan/loss/likelihood.hpp>
#include <hepgan/train/steps.hpp>
#include <vector>

namespace hepgan {

/// What lies between an encoder and a decoder: ε, z and its gradient, and a number for each event. Made in the first
/// step, kept by the caller.
template <class Real>
struct latent_room {
  std::vector<Real> noise, latent, gradient;
  std::vector<double> by_event;
};

/// What a step saw, means over the batch: −log p(x|z) up to a constant, and KL(q(z|x)‖N(0, 1)). `penalty` is on the
/// decoder's output.
struct vae_result {
  double reconstruction, divergence, penalty = 0;
};

namespace detail {

/// The mean of f(event); its sum has one order.
template <class F>
double mean_over_events(std::vector<double>& by_event, int events, F f) {
  by_event.resize(events);
  parallel_for(events, [&](std::int64_t i) { by_event[i] = f(i); });
  double sum = 0;
  for (const double value : by_event) sum += value;
  return sum / events;
}

}  // namespace detail

/// Minimises E[−log p(x|z)] + β·KL(q(z|x)‖N(0, 1)), z = μ + σε, on `events`, [batch][image] in (c, h, w) order; β = 1
/// is the negative evidence lower bound, another a β-VAE's (Higgins et al., ICLR 2017). Gradients are added. ε is drawn
/// by (seed, event) of the encoder's tape, as its layers draw. The state of reparametrised weights moves first. With
/// conditions, a row for each event, which both networks are told, it is log p(x|z, c) and q(z|x, c) (Sohn et al., NIPS
/// 2015).
template <class Likelihood, class Real, class Encoder, class EncoderTape, class Decoder, class DecoderTape,
          class Penalty = no_penalty>
requires event_penalty_policy<std::remove_reference_t<Penalty>, Real> vae_result vae_step(
    const Likelihood& likelihood, double beta, std::span<const Real> events, Encoder& encoder, EncoderTape& encoded,
    Decoder& decoder, DecoderTape& decoded, latent_room<Real>& room, typename EncoderTape::gradients_type& d_encoder,
    typename DecoderTape::gradients_type& d_decoder, Penalty&& penalty = {}, rows<const Real> conditions = {}) {
  using namespace detail;
  const int batch = encoded.batch();
  const std::size_t width = event_of<typename DecoderTape::network>.size(), image = events.size() / batch;
  const rows<const Real> real{events, image};
  for (auto* numbers : {&room.noise, &room.latent, &room.gradient}) numbers->resize(batch * width);
  const rows<Real> noise{room.noise, width}, z{room.latent, width}, d_z{room.gradient, width};
  const random_stream stream(encoded.seed(), purpose::variational);
  encoder.advance(state_moves::at_step), decoder.advance(state_moves::at_step);

  encoded.load_conditions(conditions.flat), decoded.load_conditions(conditions.flat);
  encoded.load(events);
  const auto q = rows_of(encoded, encoded.forward(encoder));
  parallel_for(batch, [&](std::int64_t i) {
    fill_normal(noise[i], stream, encoded.first_event() + i);
    reparametrise<Real>(q[i], noise[i], z[i]);
  });
  decoded.load(z.flat);
  const auto made = rows_of(decoded, decoded.forward(decoder));
  const auto d_made = rows_of(decoded, decoded.output_gradient());
  vae_result result{};
  result.reconstruction = mean_over_events(room.by_event, batch, [&](std::int64_t i) {
    const double value = likelihood(real[i], made[i], d_made[i]);
    for (Real& d : d_made[i]) d /= static_cast<Real>(batch);
    return value;
  });
  if constexpr (!std::is_same_v<std::remove_cvref_t<Penalty>, no_penalty>)
    result.penalty = penalise(penalty, made, d_made, conditions);
  decoded.backward(decoder, &d_decoder, true);
  decoded.store_input_gradient(d_z.flat);
  const auto d_q = rows_of(encoded, encoded.output_gradient());
  result.divergence = mean_over_events(room.by_event, batch, [&](std::int64_t i) {
    reparametrise_gradient<Real>(q[i], noise[i], d_z[i], d_q[i]);
    return divergence_from_normal<Real>(q[i], d_q[i], beta / batch);
  });
  encoded.backward(encoder, &d_encoder, false);
  return result;
}

}  // namespace hepgan
