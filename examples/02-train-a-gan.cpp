// A GAN from nothing: events, two networks, a training, a checkpoint, and a look at what came of it. Seconds.
//
//   02-train-a-gan generator.ckpt
#include <cmath>
#include <hepgan/dcgan.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/physics/images.hpp>
#include <iostream>

constexpr hepgan::dcgan_options options{.size = 16, .channels = 1, .filters = 16, .noise = 16};
using generator = hepgan::dcgan_generator<options, hepgan::threshold>;
using critic = hepgan::dcgan_critic<options, hepgan::no_norm>;  // which R1 wants: it sees every event by itself

/// In place of your simulation: a round cluster of energy somewhere in each image; in units of its hottest cell.
std::vector<float> simulate(int events, std::uint64_t seed) {
  const hepgan::random_stream random(seed, hepgan::purpose::user);
  std::vector<float> images;
  for (int n = 0; n < events; ++n) {
    const double row = 4 + 8 * random.uniform(3 * n), column = 4 + 8 * random.uniform(3 * n + 1);
    const double width = 1 + random.uniform(3 * n + 2);
    for (int i = 0; i < generator::output.size(); ++i) {
      const double r2 = std::pow(i / options.size - row, 2) + std::pow(i % options.size - column, 2);
      const double e = std::exp(-0.5 * r2 / (width * width));
      images.push_back(e > 0.05 ? static_cast<float>(e) : 0.f);
    }
  }
  return images;
}

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: 02-train-a-gan CHECKPOINT\n";
    return 2;
  }
  hepgan::expect_writable(argv[1]);  // said before the training, not after it
  hepgan::set_threads(1);            // small networks want no more, and cores that others use would keep it waiting
  constexpr int batch = 64, steps = 2400, n = 2000;
  hepgan::gan<generator, critic, hepgan::standard_gan, hepgan::adam, hepgan::r1> gan(
      batch, {.optimizer = {.learning_rate = 1e-3, .beta1 = 0, .beta2 = 0.99}, .penalty = {.gamma = 1, .every = 1}},
      /*seed*/ 1, hepgan::he_uniform{});
  gan.generator.scalars("threshold")[0] = 0.05f;
  hepgan::moving_average<generator> average(0.99, gan.generator);  // samples better than the weights of any one step
  for (int step = 1; step <= steps; ++step) {
    const auto seen = gan.step(simulate(batch, step));
    average.update(gan.generator);
    if (step % 300 == 0)
      std::cout << "step " << step << ": critic " << seen.critic_loss << ", generator " << seen.generator_loss << ", D "
                << seen.real_decision << " and " << seen.fake_decision << std::endl;
  }
  gan.calibrate(average.value());
  hepgan::checkpoint file;
  hepgan::save(file, "generator", average.value());
  file.write(argv[1]);

  const auto real = simulate(n, steps + 1);  // never seen
  std::vector<float> fake(real.size());
  hepgan::sampler<generator>(average.value()).sample(/*seed*/ 7, /*first*/ 0, n, fake);
  using namespace hepgan::physics;
  std::cout << "energy per event " << total_energy(real) / n << ", generated " << total_energy(fake) / n
            << "; share of cells lit " << occupancy(real) << ", generated " << occupancy(fake) << '\n';
} catch (const hepgan::error& e) {
  std::cerr << "02-train-a-gan: " << e.what() << '\n';
  return 1;
}
