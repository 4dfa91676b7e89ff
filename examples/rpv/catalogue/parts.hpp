// What recipes are made of, and what those of training methods share, so that their figures tell of the method.
#pragma once
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>

#include "recipe.hpp"

namespace rpv::recipes {

using axis = hepgan::axis;
template <hepgan::dcgan_options O>
using turned_generator =
    hepgan::dcgan_generator<O, hepgan::threshold, hepgan::random_roll<axis::phi>, hepgan::random_flip<axis::eta>>;
/// What c is in the whole-detector GAN of several mass points (gluino and neutralino).
inline constexpr const char* masses = "(mGlu-1400)/500,(mNeu-250)/1400";
template <hepgan::dcgan_options O>
using plain_critic = hepgan::dcgan_critic<O, hepgan::no_norm>;

inline hepgan::rhythm rhythm_of(const recipe& r) {
  return {.critic_steps = r.critic_steps, .generator_steps = r.generator_steps};
}
inline double half_life_of(const recipe& r) { return r.half_path / r.learning_rate; }

/// What a recipe has unless it says otherwise: Adam for both networks, no penalty on the critic, and no conditions.
struct adversarial {
  static constexpr int conditions = 0;
  static hepgan::standard_gan loss(const recipe& r) { return {.turns = rhythm_of(r)}; }
  static hepgan::no_penalty penalty(const recipe&) { return {}; }
  static hepgan::decaying<hepgan::adam> optimizer(const recipe& r) {
    return {{r.learning_rate, r.beta1, r.beta2}, {half_life_of(r)}};
  }
};

/// The scale, symmetries and moving average of `recommended`, without what it knows of events. A method's numbers are
/// its paper's.
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
  using critic = hepgan::dcgan_critic<O>;
  using initialiser = hepgan::he_uniform;
};

}  // namespace rpv::recipes
