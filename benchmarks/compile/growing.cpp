// A network that grows from 4×4 to 64×64: five levels, each with types of its own.
#include <hepgan/dcgan.hpp>
#include <hepgan/io/progressive.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/train/progressive.hpp>

using namespace hepgan;

int main() {
  progressive_gan<progressive<progressive_options{.size = 64, .filters = 16, .noise = 64}>> training(64, {}, 1);
  const std::vector<float> real(64 * 64 * 64, 0.5f);
  training.step(real);
  checkpoint file;
  save(file, "training", training);
}
