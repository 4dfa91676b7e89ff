// The recipes: numbers, networks, initialiser and critic's penalty of each; loss and optimizer are the same for all
// (catalogue/network.hpp). Every struct here is a recipe and has numbers of its own, `name` being the struct's;
// `./run rpv train --recipe NAME --filters F --noise N` builds it. docs/training.md says why these are as they are.
#pragma once
#include <hepgan/dcgan.hpp>
#include <hepgan/penalty/r1.hpp>

#include "recipe.hpp"

namespace rpv::recipes {

/// The talk's second best, which is as wide as people train: 32 filters, 64 latent numbers.
struct talk {
  static recipe numbers() { return {.name = "talk", .flip_rate = 0.0139}; }
  template <hepgan::dcgan_options O>
  using generator = hepgan::dcgan_generator<O>;
  template <hepgan::dcgan_options O>
  using critic = hepgan::dcgan_critic<O>;
  using initialiser = hepgan::pytorch_uniform;
  static hepgan::no_penalty penalty(const recipe&) { return {}; }
};

/// What `rpv train` takes when nothing is said.
struct recommended {
  static recipe numbers() {
    return {.name = "recommended",
            .epochs = 12,
            .learning_rate = 3e-4,
            .half_path = 0.72,
            .beta1 = 0,
            .beta2 = 0.99,
            .r1 = 10,
            .jet_weight = 20,
            .cell_weight = 20,
            .region_weight = 8,
            .pair_weight = 1,
            .image_norm = 1e4,
            .transform = "sqrt",
            .ema = 0.99};
  }
  using axis = hepgan::axis;
  template <hepgan::dcgan_options O>
  using generator =
      hepgan::dcgan_generator<O, hepgan::threshold, hepgan::random_roll<axis::phi>, hepgan::random_flip<axis::eta>>;
  template <hepgan::dcgan_options O>
  using critic = hepgan::dcgan_critic<O, hepgan::no_norm>;
  using initialiser = hepgan::he_uniform;
  static hepgan::r1 penalty(const recipe& r) { return {.gamma = r.r1, .every = 8}; }
};

}  // namespace rpv::recipes
