// A method that no recipe has, put together of policies, each a line: events whose width is told, a relativistic loss,
// R1 through layer norm, decoupled decay with a cosine, and energy held to what is known of it. Under a minute.
//
//   03-another-method
#include <cmath>
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/physics/images.hpp>
#include <iostream>

constexpr hepgan::dcgan_options options{.size = 16, .channels = 1, .filters = 16, .noise = 16, .conditions = 1};
using generator = hepgan::dcgan_generator<options, hepgan::threshold>;
using critic = hepgan::dcgan_projection_critic<options, hepgan::layer_norm>;
constexpr int pixels = generator::output.size();

/// In place of your simulation: round clusters of energy and, of each, its width less 1 in units of 1.
struct events {
  std::vector<float> images, widths;
};
events simulate(int n, std::uint64_t seed) {
  const hepgan::random_stream random(seed, hepgan::purpose::user);
  events all;
  for (int event = 0; event < n; ++event) {
    const double row = 5 + 6 * random.uniform(3 * event), column = 5 + 6 * random.uniform(3 * event + 1);
    const double width = 1 + random.uniform(3 * event + 2);
    for (int i = 0; i < pixels; ++i) {
      const double r2 = std::pow(i / options.size - row, 2) + std::pow(i % options.size - column, 2);
      const double e = std::exp(-0.5 * r2 / (width * width));
      all.images.push_back(e > 0.05 ? static_cast<float>(e) : 0.f);
    }
    all.widths.push_back(static_cast<float>(width - 1));
  }
  return all;
}

/// An observable: numbers of an event, and their slopes.
struct energy {
  static constexpr int count = 1, size = pixels;
  struct record {};
  void evaluate(std::span<const float> image, std::span<float> values, record&) const {
    values[0] = 0;
    for (const float e : image) values[0] += e;
  }
  void pull_back(record, std::span<const float>, std::span<const float> d_values, std::span<float> d_image) const {
    for (float& d : d_image) d += d_values[0];
  }
};

using known = hepgan::cramer_penalty<energy>;
using optimizer = hepgan::scheduled<hepgan::adamw, hepgan::cosine_decay>;
using method = hepgan::gan<generator, critic, hepgan::relativistic_average, optimizer, hepgan::r1, known>;

int main() try {
  constexpr int batch = 64, steps = 1600, n = 1000;
  known of_energy({}, /*weight*/ 1);
  const events seen_before = simulate(4096, 0);
  of_energy.add({seen_before.images, pixels}, {seen_before.widths, 1});  // held at given widths
  method gan(batch,
             {.optimizer = {{{.learning_rate = 1e-3, .beta1 = 0, .beta2 = 0.99}, 1e-4}, {steps}},
              .penalty = {.gamma = 1, .every = 2},
              .event_penalty = std::move(of_energy)},
             /*seed*/ 1, hepgan::he_uniform{});
  gan.generator.scalars("threshold")[0] = 0.05f;
  for (int step = 1; step <= steps; ++step) {
    const events real = simulate(batch, step);
    const auto seen = gan.step(real.images, real.widths);
    if (step % 200 == 0)
      std::cout << "step " << step << ": critic " << seen.critic_loss << ", generator " << seen.generator_loss
                << ", penalty " << seen.event_penalty << std::endl;
  }
  gan.calibrate(gan.generator, simulate(batch, 1).widths);

  const events real = simulate(n, steps + 1);  // never seen
  std::vector<float> fake(real.images.size());
  hepgan::sampler<generator>(gan.generator).sample(/*seed*/ 7, /*first*/ 0, n, fake, real.widths);
  for (const bool wide : {false, true}) {
    double of_real = 0, of_fake = 0;
    int events = 0;
    for (int event = 0; event < n; ++event)
      if ((real.widths[event] > 0.5f) == wide) {
        const auto image = [&](const std::vector<float>& all) {
          return std::span(all).subspan(std::size_t(event) * pixels, pixels);
        };
        of_real += hepgan::physics::total_energy(image(real.images)), ++events;
        of_fake += hepgan::physics::total_energy(image(fake));
      }
    std::cout << "energy of a " << (wide ? "wide" : "narrow") << " event " << of_real / events << ", generated "
              << of_fake / events << (wide ? "\n" : "; ");
  }
} catch (const hepgan::error& e) {
  std::cerr << "03-another-method: " << e.what() << '\n';
  return 1;
}
