// A generator against a critic, whatever networks and policies they have.
#pragma once
#include <cstdint>
#include <hepgan/init/initialisers.hpp>
#include <hepgan/train/average.hpp>
#include <hepgan/train/gan.hpp>
#include <hepgan/train/sampler.hpp>
#include <span>
#include <utility>

#include "trainer.hpp"

namespace toys {

/// What samples is the moving average of the generator's weights.
template <class Gan>
class adversarial final : public trainer {
 public:
  using policies = typename Gan::policies;

  adversarial(int batch, policies how, double average, std::uint64_t seed)
      : gan_(batch, std::move(how), seed, hepgan::he_uniform{}), average_(average, gan_.generator) {}
  int batch() const override { return gan_.batch(); }
  double step(std::span<const float> real) override {
    const auto seen = gan_.step(real);
    if (seen.trained.generator) average_.update(gan_.generator);
    return seen.critic_loss + seen.generator_loss;
  }
  void sample(std::uint64_t seed, std::span<float> points) override {
    if (!average_.value().state().empty()) gan_.calibrate(average_.value());  // batch norm's, or a norm of weights
    sampler_.sample(seed, 0, static_cast<std::int64_t>(points.size() / 2), points);
  }

 private:
  Gan gan_;
  hepgan::moving_average<typename Gan::generator_tape::network> average_;
  hepgan::sampler<typename Gan::generator_tape::network> sampler_{average_.value(), 250};
};

}  // namespace toys
