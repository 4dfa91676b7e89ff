// A GAN from nothing: events, two networks, a training, a checkpoint, and a look at what came of it. Seconds.
//
//   02-train-a-gan generator.ckpt
#include <cmath>
#include <hepgan/data/event_stream.hpp>
#include <hepgan/dcgan.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/physics/images.hpp>
#include <iostream>

constexpr hepgan::dcgan_options options{.size = 16, .channels = 1, .filters = 16, .noise = 16};
using generator = hepgan::dcgan_generator<options, hepgan::threshold>;
using critic = hepgan::dcgan_critic<options, hepgan::no_norm>;  // which R1 wants: it sees every event by itself
constexpr int pixels = generator::output.size();

/// In place of your simulation: one round cluster of energy somewhere in the image; in units of its hottest cell.
std::vector<float> simulate(int events, std::uint64_t seed) {
  const hepgan::random_stream random(seed, hepgan::purpose::user);
  std::vector<float> images(std::size_t(events) * pixels);
  for (int n = 0; n < events; ++n) {
    const double row = 4 + 8 * random.uniform(3 * n), column = 4 + 8 * random.uniform(3 * n + 1);
    const double width = 1 + random.uniform(3 * n + 2);
    for (int i = 0; i < pixels; ++i) {
      const double r2 = std::pow(i / options.size - row, 2) + std::pow(i % options.size - column, 2);
      const double e = std::exp(-0.5 * r2 / (width * width));
      images[std::size_t(n) * pixels + i] = e > 0.05 ? static_cast<float>(e) : 0.f;
    }
  }
  return images;
}

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: 02-train-a-gan CHECKPOINT\n";
    return 2;
  }
  std::vector<hepgan::data::memory_events> sources;
  sources.emplace_back(generator::output, simulate(20000, 1));
  hepgan::data::event_stream events(std::move(sources), {.validation_fraction = 0.1});

  hepgan::gan<generator, critic, hepgan::standard_gan, hepgan::adam, hepgan::r1> gan(
      64, {.optimizer = {.learning_rate = 1e-3, .beta1 = 0, .beta2 = 0.99}, .penalty = {.gamma = 1, .every = 1}},
      /*seed*/ 1, hepgan::he_uniform{});
  gan.generator.scalars("threshold")[0] = 0.05f;
  hepgan::position at;
  hepgan::train(gan, events,
                {.epochs = 8,
                 .after_epoch =
                     [](const hepgan::position& p, const hepgan::step_result& mean) {
                       std::cout << "epoch " << p.epoch << ": critic " << mean.critic_loss << ", generator "
                                 << mean.generator_loss << ", D " << mean.real_decision << " and " << mean.fake_decision
                                 << '\n';
                     }},
                at);
  hepgan::checkpoint file;
  hepgan::save(file, "generator", gan.generator);
  file.write(argv[1]);

  constexpr int n = 2000;
  std::vector<float> real(std::size_t(n) * pixels), fake(real.size());
  events.read_validation(n, real);
  hepgan::sampler<generator>(gan.generator).sample(/*seed*/ 7, 0, n, fake);
  using namespace hepgan::physics;
  std::cout << "energy per event " << total_energy(real) / n << ", generated " << total_energy(fake) / n
            << "; share of cells lit " << occupancy(real) << ", generated " << occupancy(fake) << '\n';
} catch (const hepgan::error& e) {
  std::cerr << "02-train-a-gan: " << e.what() << '\n';
  return 1;
}
