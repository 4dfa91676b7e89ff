// The recipes: numbers, networks, initialiser, loss, penalty and optimizers of each. Every struct here is a recipe and
// has numbers of its own, `name` being the struct's with hyphens; `./run rpv train --recipe NAME --filters F --noise N`
// builds it. docs/training.md says why these are as they are.
#pragma once
#include "catalogue/parts.hpp"

namespace rpv::recipes {

/// The talk's second best, which is as wide as people train: 32 filters, 64 latent numbers.
struct talk : adversarial {
  static recipe numbers() { return {.name = "talk", .flip_rate = 0.0139, .without = {"penalty-weight"}}; }
  template <hepgan::dcgan_options O>
  using generator = hepgan::dcgan_generator<O>;
  template <hepgan::dcgan_options O>
  using critic = hepgan::dcgan_critic<O>;
  using initialiser = hepgan::pytorch_uniform;
};

/// What `rpv train` takes when nothing is said.
struct recommended : adversarial {
  static recipe numbers() {
    return {.name = "recommended",
            .epochs = 12,
            .learning_rate = 3e-4,
            .half_path = 0.72,
            .beta1 = 0,
            .beta2 = 0.99,
            .penalty_weight = 10,
            .jet_weight = 20,
            .cell_weight = 20,
            .region_weight = 8,
            .pair_weight = 1,
            .balance_weight = 10,
            .image_norm = 1e4,
            .transform = "sqrt",
            .ema = 0.99};
  }
  template <hepgan::dcgan_options O>
  using generator = turned_generator<O>;
  template <hepgan::dcgan_options O>
  using critic = plain_critic<O>;
  using initialiser = hepgan::he_uniform;
  static hepgan::r1 penalty(const recipe& r) { return {.gamma = r.penalty_weight, .every = 8}; }
};

/// `recommended`, its convolutions' products in bf16: three quarters of the time on CPUs that multiply such numbers.
struct recommended_bf16 : recommended {
  static recipe numbers() {
    recipe r = recommended::numbers();
    r.name = "recommended-bf16";
    return r;
  }
  template <hepgan::dcgan_options O>
  using generator = hepgan::in_precision<hepgan::precision::bf16, turned_generator<O>>;
  template <hepgan::dcgan_options O>
  using critic = hepgan::in_precision<hepgan::precision::bf16, plain_critic<O>>;
};

/// The non-saturating loss (arXiv:1406.2661), with DCGAN's numbers (arXiv:1511.06434).
struct standard : method {
  static recipe numbers() {
    recipe r = method::numbers("standard", 1, 2e-4, 0.5, 0.999);
    r.without = {"penalty-weight"};
    return r;
  }
};

/// Least squares (arXiv:1611.04076).
struct lsgan : method {
  static recipe numbers() {
    recipe r = method::numbers("lsgan", 1, 2e-4, 0.5, 0.999);
    r.without = {"penalty-weight"};
    return r;
  }
  static auto loss(const recipe& r) { return in_turns<hepgan::least_squares>(r); }
};

/// Spectral normalisation with the hinge loss (arXiv:1802.05957).
struct hinge_spectral : method {
  static recipe numbers() {
    recipe r = method::numbers("hinge-spectral", 5, 2e-4, 0, 0.9);
    r.without = {"penalty-weight"};
    return r;
  }
  template <hepgan::dcgan_options O>
  using critic = hepgan::spectral_normed<plain_critic<O>>;
  static auto loss(const recipe& r) { return in_turns<hepgan::hinge>(r); }
};

/// Wasserstein's distance with clipped weights (arXiv:1701.07875): RMSprop, and a hundred critic steps at first and in
/// every 500th cycle (the paper's first 25 cycles would be most of a run).
struct wasserstein_clip : method {
  static recipe numbers() {
    recipe r = method::numbers("wasserstein-clip", 5, 5e-5, 0, 0.99);
    r.without = {"penalty-weight", "beta1"};
    return r;
  }
  static auto loss(const recipe& r) {
    return in_turns<hepgan::wasserstein>(r, {{}, 0, {.long_critic_steps = 100, .long_cycles = 1}});
  }
  template <hepgan::dcgan_options O>
  using critic = hepgan::dcgan_critic<O>;
  using bounded = hepgan::weight_clipped<hepgan::decaying<hepgan::rmsprop>>;
  static bounded optimizer(const recipe& r) { return {{{r.learning_rate, r.beta2}, {half_life_of(r)}}}; }
  static bounded critic_optimizer(const recipe& r) { return {optimizer(r), 0.01}; }
};

/// Wasserstein's distance with a gradient penalty (arXiv:1704.00028).
struct wasserstein_gp : method {
  static recipe numbers() {
    recipe r = method::numbers("wasserstein-gp", 5, 1e-4, 0, 0.9);
    r.penalty_weight = 10;
    return r;
  }
  static auto loss(const recipe& r) { return in_turns<hepgan::wasserstein>(r); }
  static hepgan::gradient_penalty penalty(const recipe& r) { return {.weight = r.penalty_weight}; }
};

/// The non-saturating loss with R1 (arXiv:1801.04406).
struct r1 : method {
  static recipe numbers() {
    recipe r = method::numbers("r1", 1, 1e-4, 0, 0.99);
    r.penalty_weight = 10;
    return r;
  }
  static hepgan::r1 penalty(const recipe& r) { return {.gamma = r.penalty_weight}; }
};

/// R1, and what physics knows of events, held to its moments: energy, numbers of cells, regions and rows, pairs and
/// their masses.
struct physics : method {
  static recipe numbers() {
    recipe r = method::numbers("physics", 1, 3e-4, 0, 0.99);
    r.half_path = 0.72, r.penalty_weight = 10, r.matched_by = "moments";
    r.cell_weight = 1, r.region_weight = 0.2, r.pair_weight = 0.1, r.mass_weight = 1;
    return r;
  }
  static hepgan::r1 penalty(const recipe& r) { return {.gamma = r.penalty_weight, .every = 8}; }
};

/// Minibatch energy distance of embeddings (arXiv:1803.05573): two batches of 64, three generator steps for each of the
/// critic's.
struct optimal_transport : method {
  static recipe numbers() {
    recipe r = method::numbers("optimal-transport", 1, 3e-4, 0.5, 0.999);
    r.batch = 128, r.compared_batches = 2, r.generator_steps = 3, r.ema = 0.999;
    r.without = {"penalty-weight", "flip-rate"};
    return r;
  }
  template <hepgan::dcgan_options O>
  using critic = embedding_critic<O>;
  static auto loss(const recipe& r) { return in_turns<hepgan::optimal_transport>(r, {{}, {.lambda = 100}, {}}); }
};

/// Growing from 4×4 to 64×64 under WGAN-GP (arXiv:1710.10196).
struct progressive : growing {
  static recipe numbers() {
    recipe r = method::numbers("progressive", 1, 1e-3, 0, 0.99);
    r.penalty_weight = 10, r.ema = 0.999, r.grows = true;
    r.without = {"flip-rate"};
    return r;
  }
};

/// A variational autoencoder (arXiv:1312.6114). What no latent number tells of a cell is noise of its energy's
/// logarithm, as wide as makes real events likeliest; it is off where that leaves it below the calorimeter's cut.
struct vae : variational {
  static recipe numbers() {
    return {.name = "vae",
            .epochs = 12,
            .learning_rate = 2e-3,
            .beta1 = 0.9,
            .penalty_weight = 1,
            .image_norm = 1e4,
            .transform = "log",
            .without = {"flip-rate", "critic-steps", "generator-steps", "jet-weight", "cell-weight", "region-weight",
                        "pair-weight", "balance-weight", "mass-weight", "match"}};
  }
  static hepgan::censored_likelihood likelihood(const recipe&, double cut) { return {.sigma = 1, .cut = cut}; }
};

/// `recommended`, told the masses of each event, in one training on all mass points: the generator takes them beside
/// its latent numbers (arXiv:1411.1784), and they project the critic's score (arXiv:1802.05637). Observables are held
/// to what they are in real events of these masses.
struct conditional : recommended {
  static recipe numbers() {
    recipe r = recommended::numbers();
    r.name = "conditional", r.conditions = masses;
    return r;
  }
  static constexpr int conditions = 2;
  template <hepgan::dcgan_options O>
  using critic = hepgan::dcgan_projection_critic<O, hepgan::no_norm>;
};

/// `progressive`, told the masses at every level as `conditional` is.
struct conditional_progressive : progressive {
  static recipe numbers() {
    recipe r = progressive::numbers();
    r.name = "conditional-progressive", r.conditions = masses;
    return r;
  }
  static constexpr int conditions = 2;
  template <hepgan::progressive_options O>
  struct networks : progressive::networks<O> {
    template <int Level>
    using critic = hepgan::progressive_projection_critic<O, Level>;
  };
};

/// `vae`, of which both networks are told the masses (Sohn et al., NIPS 2015).
struct conditional_vae : vae {
  static recipe numbers() {
    recipe r = vae::numbers();
    r.name = "conditional-vae", r.conditions = masses;
    return r;
  }
  static constexpr int conditions = 2;
};

}  // namespace rpv::recipes
