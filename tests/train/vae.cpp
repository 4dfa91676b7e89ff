// A variational autoencoder in training: it learns, repeats, goes on from a checkpoint, and is refused what is no number.
#include <hepgan/io/vae_training.hpp>
#include <hepgan/models/vae.hpp>
#include <hepgan/physics/images.hpp>
#include <hepgan/train/sampler.hpp>
#include <limits>

#include "catch.hpp"
#include "small.hpp"

namespace {

constexpr dcgan_options networks{.size = 16, .channels = 1, .filters = 8, .noise = 8};
struct encoder : vae_encoder<networks> {};
struct decoder : vae_decoder<networks> {};
using small_vae = vae<encoder, decoder, censored_likelihood>;
constexpr censored_likelihood cells{.sigma = 0.1, .cut = 0.05};

/// A round cluster of energy somewhere in each image, as in examples/02-train-a-gan.cpp.
std::vector<float> clusters(int events, std::uint64_t seed) {
  const random_stream r(seed, purpose::user);
  std::vector<float> images;
  for (int n = 0; n < events; ++n) {
    const double row = 4 + 8 * r.uniform(3 * n), column = 4 + 8 * r.uniform(3 * n + 1), width = 1 + r.uniform(3 * n + 2);
    for (int i = 0; i < 256; ++i) {
      const double r2 = std::pow(i / 16 - row, 2) + std::pow(i % 16 - column, 2), e = std::exp(-0.5 * r2 / (width * width));
      images.push_back(e > 0.05 ? float(e) : 0.f);
    }
  }
  return images;
}

}  // namespace

TEST_CASE("a variational autoencoder learns events, and its decoder samples their energy") {
  constexpr int batch = 32, steps = 600, n = 1000;
  small_vae v(batch, {.likelihood = cells, .beta_schedule = {100}, .optimizer = {1e-3, 0.9}}, 5, he_uniform{});
  const auto events = clusters(64 * batch, 3);
  double first = 0, last = 0;
  for (int i = 0; i < steps; ++i) {
    const auto seen = v.step(std::span(events).subspan(i % 64 * batch * 256, batch * 256));
    if (i >= 100 && i < 120) first += seen.generator_loss / 20;
    if (i >= steps - 20) last += seen.generator_loss / 20;
    if (i % 50 == 0) std::printf("%d %g %g %g\n", i, seen.generator_loss, v.seen.reconstruction, v.seen.divergence);
  }
  CHECK(last < 0.7 * first);
  std::vector<float> made(n * 256);
  sampler<decoder>(v.decoder).sample(7, 0, n, made);
  draw_events(cells, rows<float>{made, 256}, 7, 0);
  const double real = physics::total_energy(events) / (64 * batch), fake = physics::total_energy(made) / n;
  std::printf("%g %g  occ %g %g\n", real, fake, physics::occupancy(events), physics::occupancy(made));
  CHECK(fake == Approx(real).epsilon(0.15));
}
