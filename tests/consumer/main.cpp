// A user's program: the library in two translation units, one training step.
#include <hepgan/dcgan.hpp>
#include <hepgan/io/training.hpp>

int other();

int main() {
  constexpr hepgan::dcgan_options options{.size = 16, .channels = 1, .filters = 8, .noise = 16};
  hepgan::gan<hepgan::dcgan_generator<options>, hepgan::dcgan_critic<options>, hepgan::standard_gan, hepgan::adam> gan(
      4, {}, 1);
  const std::vector<float> images(4 * 16 * 16, 0.1f);
  return std::isfinite(gan.step(images).critic_loss) && other() == 256 ? 0 : 1;
}
