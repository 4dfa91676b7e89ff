// What recipes are made of, and what those of training methods share, so that their figures tell of the method.
#pragma once
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/likelihood.hpp>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/models/vae.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>

#include "recipe.hpp"

namespace rpv {
template <class Recipe, int Filters, int Noise>
struct network;
template <class Recipe, int Filters, int Noise>
struct vae_network;
template <class Recipe, int Filters, int Noise>
struct progressive_network;
}  // namespace rpv

namespace rpv::recipes {

using axis = hepgan::axis;
template <hepgan::dcgan_options O>
using turned_generator =
    hepgan::dcgan_generator<O, hepgan::threshold, hepgan::random_roll<axis::phi>, hepgan::random_flip<axis::eta>>;
/// What c is in the whole-detector GAN of several mass points (gluino and neutralino).
inline constexpr const char* masses = "(mGlu-1400)/500,(mNeu-250)/1400";
template <hepgan::dcgan_options O>
using plain_critic = hepgan::dcgan_critic<O, hepgan::no_norm>;

/// An event as a place among others: OT-GAN's critic, of activations that double their channels.
template <hepgan::dcgan_options O>
struct embedding_critic
    : hepgan::sequential<hepgan::shape{O.channels, O.size, O.size}, hepgan::detail::down<O.filters>, hepgan::crelu,
                         hepgan::detail::down<2 * O.filters>, hepgan::crelu, hepgan::detail::down<4 * O.filters>,
                         hepgan::crelu, hepgan::detail::down<8 * O.filters>, hepgan::crelu, hepgan::dense<128>> {};

/// A loss that takes turns as the recipe says.
template <class Loss>
Loss in_turns(const recipe& r, Loss loss = {}) {
  loss.turns.critic_steps = r.critic_steps, loss.turns.generator_steps = r.generator_steps;
  return loss;
}
inline double half_life_of(const recipe& r) { return r.half_path / r.learning_rate; }

/// What a recipe has unless it says otherwise: Adam for both networks, no penalty on the critic, and no conditions.
struct adversarial {
  static constexpr int conditions = 0;
  static auto loss(const recipe& r) { return in_turns<hepgan::standard_gan>(r); }
  static hepgan::no_penalty penalty(const recipe&) { return {}; }
  static hepgan::decaying<hepgan::adam> optimizer(const recipe& r) {
    return {{r.learning_rate, r.beta1, r.beta2}, {half_life_of(r)}};
  }
  template <class Recipe, int Filters, int Noise>
  using trained_by = network<Recipe, Filters, Noise>;  ///< what of the catalogue trains it
};

/// The scale, symmetries and moving average of `recommended`, without what it knows of events, and a critic without
/// batch norm, which would divide a batch's energy out. A method's numbers are its paper's.
struct method : adversarial {
  static recipe numbers(const char* name, int critic_steps, double learning_rate, double beta1, double beta2) {
    return {.name = name,
            .epochs = 12,
            .learning_rate = learning_rate,
            .beta1 = beta1,
            .beta2 = beta2,
            .critic_steps = critic_steps,
            .image_norm = 1e4,
            .transform = "sqrt",
            .ema = 0.99};
  }
  template <hepgan::dcgan_options O>
  using generator = turned_generator<O>;
  template <hepgan::dcgan_options O>
  using critic = plain_critic<O>;
  using initialiser = hepgan::he_uniform;
};

/// A network that grows from 4×4 pixels to 64×64.
struct growing {
  static constexpr int conditions = 0;
  template <class Recipe, int Filters, int Noise>
  using trained_by = progressive_network<Recipe, Filters, Noise>;
  template <hepgan::progressive_options O>
  using networks =
      hepgan::progressive<O, hepgan::threshold, hepgan::random_roll<axis::phi>, hepgan::random_flip<axis::eta>>;
  static hepgan::decaying<hepgan::adam> optimizer(const recipe& r) { return adversarial::optimizer(r); }
  static auto loss(const recipe& r) { return in_turns<hepgan::wasserstein>(r, {{}, 1e-3, {}}); }
  static hepgan::gradient_penalty penalty(const recipe& r) { return {.weight = r.penalty_weight}; }
};

/// No game: an encoder and a decoder, which is the generator. The divergence comes in over the first steps.
struct variational {
  static constexpr int conditions = 0;
  template <class Recipe, int Filters, int Noise>
  using trained_by = vae_network<Recipe, Filters, Noise>;
  template <hepgan::dcgan_options O>
  using generator = hepgan::vae_decoder<O>;
  template <hepgan::dcgan_options O>
  using encoder = hepgan::vae_encoder<O>;
  using initialiser = hepgan::he_uniform;
  static hepgan::linear_warmup beta_schedule(const recipe&) { return {500}; }
  static hepgan::decaying<hepgan::adam> optimizer(const recipe& r) { return adversarial::optimizer(r); }
};

/// A recipe's numbers, and what its loss calls what a critic gives an event.
template <class Recipe>
recipe as_listed() {
  recipe r = Recipe::numbers();
  if constexpr (!std::derived_from<Recipe, variational>) r.decision = decltype(Recipe::loss(r))::decision_name;
  return r;
}

}  // namespace rpv::recipes
