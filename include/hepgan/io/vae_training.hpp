// The training of a variational autoencoder in a checkpoint, as io/training.hpp keeps a GAN's.
#pragma once
#include <hepgan/io/training.hpp>
#include <hepgan/train/vae.hpp>

namespace hepgan {

template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const vae<Policies...>& v) {
  save(c, prefix + ".encoder", v.encoder), save(c, prefix + ".decoder", v.decoder);
  save(c, prefix + ".encoder.optimizer", v.encoder_moments);
  save(c, prefix + ".decoder.optimizer", v.decoder_moments);
  c.put(prefix + ".steps", v.steps);
}
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, vae<Policies...>& v) {
  load(c, prefix + ".encoder", v.encoder), load(c, prefix + ".decoder", v.decoder);
  load(c, prefix + ".encoder.optimizer", v.encoder_moments);
  load(c, prefix + ".decoder.optimizer", v.decoder_moments);
  v.steps = c.integer(prefix + ".steps");
}

}  // namespace hepgan
