// A program that uses every method of docs/methods.md once: what they cost the compiler together.
#include <hepgan/dcgan.hpp>
#include <hepgan/io/progressive.hpp>
#include <hepgan/io/vae_training.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/models/classifiers.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/models/vae.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/mmd.hpp>
#include <hepgan/penalty/moments.hpp>
#include <hepgan/penalty/penalties.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/physics/occupancy_observables.hpp>
#include <hepgan/physics/region_observables.hpp>
#include <hepgan/train/classifier_test.hpp>
#include <hepgan/train/progressive.hpp>
#include <hepgan/train/vae.hpp>

using namespace hepgan;

constexpr dcgan_options options{.size = 16, .channels = 1, .filters = 16, .noise = 16};
constexpr dcgan_options told{.size = 16, .channels = 1, .filters = 16, .noise = 16, .conditions = 2};
constexpr progressive_options grown{.size = 16, .filters = 16, .noise = 16};
using generator = dcgan_generator<options>;
using critic = dcgan_critic<options, no_norm>;
struct embedder : sequential<shape{1, 16, 16}, conv2d<16, kernel<4>, stride<2>, pad<1>>, crelu,
                             conv2d<32, kernel<4>, stride<2>, pad<1>>, crelu, dense<32>> {};
using regions = physics::region_observables;

/// A step, and a checkpoint.
template <class Training>
void train(checkpoint& file, const std::vector<float>& real, const std::vector<float>& conditions,
           Training&& training) {
  training.step(real, conditions);
  save(file, "training", training);
}
template <class Loss, class Critic = critic, class Optimizer = adam, class Penalty = no_penalty>
void play(checkpoint& file, const std::vector<float>& real) {
  train(file, real, {}, gan<generator, Critic, Loss, Optimizer, Penalty>(64, {}, 1));
}
/// Under conditions, which the penalty on events is told too.
template <class Loss, class Critic, class Known>
void play_told(checkpoint& file, const std::vector<float>& real, const std::vector<float>& conditions) {
  Known known(regions(generator::output), 1);
  known.add({real, 256}, {conditions, 2});
  gan<dcgan_generator<told>, Critic, Loss, adam, no_penalty, Known> training(64, {.event_penalty = std::move(known)},
                                                                             1);
  train(file, real, conditions, training);
}

int main() {
  const std::vector<float> real(64 * 256, 0.5f), conditions(64 * 2, 1.f);
  checkpoint file;
  using projecting = dcgan_projection_critic<told, no_norm>;
  play_told<standard_gan, dcgan_critic<told, no_norm>, cramer_penalty<regions>>(file, real, conditions);
  play_told<least_squares, projecting, moment_penalty<regions>>(file, real, conditions);
  play_told<hinge, spectral_normed<projecting>, mmd_penalty<regions>>(file, real, conditions);
  play<relativistic_average, critic, scheduled<lars, cosine_decay>, penalties<r1, r2>>(file, real);
  play<wasserstein, critic, weight_clipped<rmsprop>>(file, real);
  play<wasserstein, dcgan_critic<options, layer_norm>, gradient_clipped<adamw>, gradient_penalty>(file, real);
  play<optimal_transport, embedder>(file, real);
  play<sinkhorn_divergence, embedder>(file, real);
  train(file, real, {}, vae<vae_encoder<options>, vae_decoder<options>>(64, {}, 1));
  train(file, real, {}, progressive_gan<progressive<grown>>(64, {}, 1));
  return classifier_auc<image_classifier<generator::output>>({real, 256}, {real, 256}).value > 0 ? 0 : 1;
}
