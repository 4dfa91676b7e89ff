// The training of a variational autoencoder in a checkpoint, as io/training.hpp keeps a GAN's.
#pragma once
#include <hepgan/io/training.hpp>
#include <hepgan/train/vae.hpp>

namespace hepgan {

template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const vae<Policies...>& v) {
  detail::save_training(c, prefix, v.steps,
                        {{"encoder", v.encoder, v.encoder_moments.steps, v.encoder_moments.blocks()},
                         {"decoder", v.decoder, v.decoder_moments.steps, v.decoder_moments.blocks()}});
}
/// All of it, or none and an error.
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, vae<Policies...>& v) {
  detail::load_training(c, prefix, v.steps,
                        {{"encoder", v.encoder, v.encoder_moments.steps, v.encoder_moments.blocks()},
                         {"decoder", v.decoder, v.decoder_moments.steps, v.decoder_moments.blocks()}});
}

}  // namespace hepgan
