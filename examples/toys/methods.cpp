// The methods: networks, loss, penalty, optimizer and steps of each. Another is another struct, and its name in the
// list below; what is no generator against a critic has a `begin` of its own, which returns another trainer.
#include <array>
#include <hepgan/core/error.hpp>
#include <hepgan/layers/layers.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <hepgan/loss/standard.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/compose.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/net/scopes.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "adversarial.hpp"
#include "autoencoder.hpp"

namespace toys {
namespace {

using hepgan::dense, hepgan::bias, hepgan::relu, hepgan::leaky_relu, hepgan::shape;

struct generator : hepgan::sequential<shape{2}, dense<64, bias>, relu, dense<64, bias>, relu, dense<64, bias>, relu,
                                      dense<2, bias>> {};
struct critic : hepgan::sequential<shape{2}, dense<64, bias>, leaky_relu, dense<64, bias>, leaky_relu, dense<64, bias>,
                                   leaky_relu, dense<1, bias>> {};

/// What methods share unless they say otherwise: the optimizer, its rate halved every 3,000 steps, and the batches of
/// real points. The same for all but those that say otherwise, so that what differs in a table is the method.
template <class Method, class Loss, class Penalty = hepgan::no_penalty, class Critic = critic,
          class Optimizer = hepgan::decaying<hepgan::adam>>
struct game {
  using trainer_type = adversarial<hepgan::gan<generator, Critic, Loss, Optimizer, Penalty>>;
  using policies = typename trainer_type::policies;
  static constexpr std::int64_t steps = 16'000;
  static constexpr int batch = 64;
  static constexpr double average = 0.99;  ///< of the generator's weights
  static constexpr hepgan::decaying<hepgan::adam> adam{{5e-3, 0, 0.99}, {3000}};
  static policies how() { return {.optimizer = adam}; }

  static std::unique_ptr<trainer> begin(std::uint64_t seed) {
    return std::make_unique<trainer_type>(Method::batch, Method::how(), Method::average, seed);
  }
};

struct standard : game<standard, hepgan::standard_gan> {
  static constexpr const char *name = "standard", *source = "Goodfellow et al., arXiv:1406.2661";
};

struct lsgan : game<lsgan, hepgan::least_squares> {
  static constexpr const char *name = "lsgan", *source = "Mao et al., arXiv:1611.04076";
};

struct hinge : game<hinge, hepgan::hinge> {
  static constexpr const char *name = "hinge", *source = "Lim and Ye, arXiv:1705.02894";
};

struct relativistic : game<relativistic, hepgan::relativistic_average> {
  static constexpr const char *name = "relativistic", *source = "Jolicoeur-Martineau, arXiv:1807.00734";
};

/// γ for coordinates of standard deviation 1.
struct r1 : game<r1, hepgan::standard_gan, hepgan::r1> {
  static constexpr const char *name = "r1", *source = "Mescheder et al., arXiv:1801.04406";
  static policies how() { return {.optimizer = adam, .penalty = {.gamma = 0.1}}; }
};

/// The same on generated points.
struct r2 : game<r2, hepgan::standard_gan, hepgan::r2> {
  static constexpr const char *name = "r2", *source = r1::source;
  static policies how() { return {.optimizer = adam, .penalty = {.gamma = 0.1}}; }
};

/// λ as in the paper's code for these distributions; one critic step for each of the generator's, as in
/// arXiv:1710.10196, does in half the time what five do.
struct wasserstein_gp : game<wasserstein_gp, hepgan::wasserstein, hepgan::gradient_penalty> {
  static constexpr const char *name = "wasserstein-gp", *source = "Gulrajani et al., arXiv:1704.00028";
  static policies how() {
    return {.loss = {{}, 0, {.critic_steps = 1}}, .optimizer = adam, .penalty = {.weight = 0.1}};
  }
};

/// A critic whose layers have a largest singular value of 1 takes small steps well, and several.
struct hinge_spectral : game<hinge_spectral, hepgan::hinge, hepgan::no_penalty, hepgan::spectral_normed<critic>> {
  static constexpr const char *name = "hinge-spectral", *source = "Miyato et al., arXiv:1802.05957";
};

/// RMSprop, as the paper asks for; bounds for a critic of this width, at five of its steps for each of the generator's.
struct wasserstein_clip : game<wasserstein_clip, hepgan::wasserstein, hepgan::no_penalty, critic,
                               hepgan::weight_clipped<hepgan::decaying<hepgan::rmsprop>>> {
  static constexpr const char *name = "wasserstein-clip", *source = "Arjovsky et al., arXiv:1701.07875";
  static policies how() { return {.optimizer = {{{1e-3}, {3000}}}, .critic_optimizer = {{{1e-3}, {3000}}, 0.1}}; }
};

/// The critic embeds: its output is a place among others, not a score.
struct embedder
    : hepgan::sequential<shape{2}, dense<64, bias>, hepgan::crelu, dense<64, bias>, hepgan::crelu, dense<16>> {};
/// Who meets whom in a batch of so few points is chance, which the paper's plan (λ = 500) follows and a softer one
/// averages; marginals within a twentieth are finer than it. Two generator steps for each of the critic's: one is
/// sharper and misses more modes.
template <class Method, class Loss>
struct transport_game : game<Method, Loss, hepgan::no_penalty, embedder> {
  static constexpr int batch = 128;
  static constexpr double average = 0.998;
  static auto how() {
    return typename transport_game::policies{.loss = {{}, {.lambda = 30, .tolerance = 0.05}, {.generator_steps = 2}},
                                             .optimizer = {{3e-3, 0, 0.99}, {.steps = Method::steps * 3 / 10.0}}};
  }
};

/// Two batches of 64 of either kind.
struct optimal_transport : transport_game<optimal_transport, hepgan::optimal_transport> {
  static constexpr const char *name = "optimal-transport", *source = "Salimans et al., arXiv:1803.05573";
  static constexpr std::int64_t steps = 20'000;
};

/// One batch of 128 of either kind; half as many steps do, as its gradient is exact for a soft plan too.
struct sinkhorn_divergence : transport_game<sinkhorn_divergence, hepgan::sinkhorn_divergence> {
  static constexpr const char *name = "sinkhorn-divergence", *source = "Feydy et al., arXiv:1810.08278";
  static constexpr std::int64_t steps = 10'000;
};

/// An encoder as wide as the critic, its latent numbers those of the generator, and σ about that of the distributions
/// as networks see them (0.014 to 0.033). The noise of ε asks for more and smaller steps than a game's.
struct encoder : hepgan::sequential<shape{2}, dense<64, bias>, relu, dense<64, bias>, relu, dense<64, bias>, relu,
                                    dense<4, bias>> {};
struct vae {
  static constexpr const char *name = "vae", *source = "Kingma and Welling, arXiv:1312.6114";
  static constexpr std::int64_t steps = 32'000;
  using trainer_type =
      autoencoder<hepgan::vae<encoder, generator, hepgan::gaussian_likelihood, hepgan::decaying<hepgan::adam>>>;

  static std::unique_ptr<trainer> begin(std::uint64_t seed) {
    return std::make_unique<trainer_type>(
        64, trainer_type::policies{.likelihood = {.sigma = 0.03}, .optimizer = {{5e-3, 0.9, 0.99}, {6000}}}, 0.99,
        seed);
  }
};

template <class... Methods>
constexpr std::array<method, sizeof...(Methods)> list() {
  return {method{Methods::name, Methods::source, Methods::steps, &Methods::begin}...};
}
constexpr auto all = list<standard, lsgan, hinge, relativistic, hinge_spectral, wasserstein_clip, wasserstein_gp, r1,
                          r2, optimal_transport, sinkhorn_divergence, vae>();

}  // namespace

std::span<const method> all_methods() { return all; }

const method *method_named(const std::string &option, const std::string &name) {
  std::string there;
  for (const method &m : all) {
    if (m.name == name) return &m;
    there += (there.empty() ? "" : ", ") + std::string(m.name);
  }
  throw hepgan::error(option + ": found " + name + ", expected one of " + there);
}

}  // namespace toys
