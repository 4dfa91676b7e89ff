// A variational autoencoder of points.
#pragma once
#include <cstdint>
#include <hepgan/core/rows.hpp>
#include <hepgan/init/initialisers.hpp>
#include <hepgan/train/average.hpp>
#include <hepgan/train/sampler.hpp>
#include <hepgan/train/vae.hpp>
#include <span>
#include <utility>

#include "trainer.hpp"

namespace toys {

/// What samples is the moving average of the decoder's weights; a point is drawn from p(x|z), not its mean.
template <class Vae>
class autoencoder final : public trainer {
 public:
  using policies = typename Vae::policies;

  autoencoder(int batch, policies how, double average, std::uint64_t seed)
      : vae_(batch, std::move(how), seed, hepgan::he_uniform{}), average_(average, vae_.decoder) {}
  int batch() const override { return vae_.batch(); }
  double step(std::span<const float> real) override {
    const double loss = vae_.step(real).generator_loss;
    average_.update(vae_.decoder);
    return loss;
  }
  void sample(std::uint64_t seed, std::span<float> points) override {
    sampler_.sample(seed, 0, static_cast<std::int64_t>(points.size() / 2), points);
    hepgan::draw_events(vae_.likelihood, hepgan::rows<float>{points, 2}, seed, 0);
  }

 private:
  Vae vae_;
  hepgan::moving_average<typename Vae::decoder_tape::network> average_;
  hepgan::sampler<typename Vae::decoder_tape::network> sampler_{average_.value(), 250};
};

}  // namespace toys
