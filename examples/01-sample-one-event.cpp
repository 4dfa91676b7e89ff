// A trained generator in a C++ framework: load best.ckpt once, draw any event by its seed, on as many threads as the
// framework has. Needs neither HDF5 nor FastJet; normalisation and threshold come from the checkpoint.
//
//   01-sample-one-event best.ckpt 42
#include <charconv>
#include <hepgan/data/transform.hpp>
#include <hepgan/dcgan.hpp>
#include <iostream>
#include <numeric>
#include <thread>

// The network that was trained: its type is the one thing that a checkpoint cannot bring along. This is what `./run
// rpv` trains: recipe recommended (examples/rpv/catalogue/recipes.hpp), 16 filters, 64 latent numbers.
constexpr hepgan::dcgan_options options{.size = 64, .channels = 1, .filters = 16, .noise = 64};
using axis = hepgan::axis;
using generator =
    hepgan::dcgan_generator<options, hepgan::threshold, hepgan::random_roll<axis::phi>, hepgan::random_flip<axis::eta>>;

int main(int argc, char** argv) try {
  std::uint64_t seed = 0;
  const std::string digits = argc == 3 ? argv[2] : "";
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seed);
  if (read.ec != std::errc{} || *read.ptr) {
    std::cerr << "usage: 01-sample-one-event CHECKPOINT SEED, which is a whole number from 0 on\n";
    return 2;
  }
  const auto file = hepgan::checkpoint::read(argv[1]);
  hepgan::parameters<generator> weights;
  hepgan::load(file, "generator", weights);
  const hepgan::data::energy_transform transform(file.text("transform"), file.real("image_norm"));

  // Each thread of the framework has a sampler of its own over the same constant weights.
  float energy[2]{};
  std::jthread threads[2];
  for (int event = 0; event < 2; ++event)
    threads[event] = std::jthread([&, event] {
      hepgan::set_threads(1);
      hepgan::sampler<generator> draw(weights, 1);
      std::vector<float> image(generator::output.size());
      draw.sample(seed, event, 1, image);
      transform.to_energies(image);  // MeV
      energy[event] = std::accumulate(image.begin(), image.end(), 0.f);
    });
  for (auto& t : threads) t.join();
  for (const float e : energy) std::cout << "event of " << e / 1000 << " GeV\n";
} catch (const std::exception& e) {
  std::cerr << e.what() << "\n";
  return 1;
}
