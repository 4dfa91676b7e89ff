// The training of a variational autoencoder in a checkpoint, as io/training.hpp keeps a GAN's.
#pragma once
#include <hepgan/io/training.hpp>
#include <hepgan/train/vae.hpp>

namespace hepgan {

template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const vae<Policies...>& v) {
  detail::save_learner(c, prefix + ".encoder", v.encoder, v.encoder_moments);
  detail::save_learner(c, prefix + ".decoder", v.decoder, v.decoder_moments);
  c.put(prefix + ".steps", v.steps);
}
/// All of it, or none and an error.
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, vae<Policies...>& v) {
  const std::int64_t steps = c.integer(prefix + ".steps");
  detail::expect_learner(c, prefix + ".encoder", v.encoder, v.encoder_moments);
  detail::expect_learner(c, prefix + ".decoder", v.decoder, v.decoder_moments);
  detail::load_learner(c, prefix + ".encoder", v.encoder, v.encoder_moments);
  detail::load_learner(c, prefix + ".decoder", v.decoder, v.decoder_moments);
  v.steps = steps;
}

}  // namespace hepgan
