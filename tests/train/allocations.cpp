// Nothing is allocated in the loop, by hepgan or by oneDNN.
#include "../support/allocations.hpp"

#include <hepgan/data/event_stream.hpp>
#include <hepgan/layers/spectral_norm.hpp>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <hepgan/models/vae.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <hepgan/penalty/mmd.hpp>
#include <hepgan/penalty/moments.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/physics/cell_observables.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/mass_observables.hpp>
#include <hepgan/physics/pair_observables.hpp>
#include <hepgan/physics/region_observables.hpp>
#include <hepgan/train/vae.hpp>

#include "../support/catch.hpp"
#include "small.hpp"

namespace {

template <class Step>
long allocations_of(Step step) {
  for (int i = 0; i < 3; ++i) step();
  const long before = allocations;
  step();
  return allocations - before;
}
template <class G>
long allocations_of_a_step(G& g, int batch) {
  const auto x = images(batch);
  return allocations_of([&] { g.step(x); });
}

/// oneDNN's execute() fills a small map of its own, five allocations each.
constexpr long inside_a_primitive = 5;

}  // namespace

TEST_CASE("allocations are counted, in C and in C++") {
  const long before = allocations;
  std::vector<int> one(100);
  int* volatile seen = one.data();  // or a compiler may leave it out
  void* volatile two = std::malloc(100);
  std::free(two);
  (void)seen;
  CHECK(allocations - before == 2);
}

TEST_CASE("a step allocates nothing") {
  small_gan g(8, {}, 5);
  if (has_fast_products) CHECK(allocations_of_a_step(g, 8) == 0);
}

TEST_CASE("a step of few events allocates nothing") {
  for (const int batch : {1, 2, 3}) {
    small_gan g(batch, {}, 5);
    if (has_fast_products) CHECK(allocations_of_a_step(g, batch) == 0);
  }
}

namespace {

struct turned : dcgan_generator<small, threshold, random_roll<axis::phi>, random_flip<axis::eta>> {};
struct smooth : dcgan_critic<small, no_norm> {};

/// Cells, regions, pairs and masses as in these events; FastJet, which finds jets, allocates as it likes.
struct known {
  cramer_penalty<physics::cell_observables> cells{physics::cell_observables({1, 16, 16}), 1};
  cramer_penalty<physics::region_observables> regions{physics::region_observables({1, 16, 16}, 2, 2), 1};
  cramer_penalty<physics::pair_observables> pairs{physics::pair_observables({1, 16, 16}), 1};
  cramer_penalty<physics::in_energies<physics::mass_observables>> masses{
      {data::energy_transform("sqrt"), physics::mass_observables({1, 16, 16})}, 1};
  mmd_penalty<physics::in_energies<physics::occupancy_observables>> lit{
      {data::energy_transform("sqrt"), physics::occupancy_observables({1, 16, 16}, {500})}, 1};
  explicit known(const std::vector<float>& real) {
    const rows<const float> events{real, 256};
    cells.add(events), regions.add(events), pairs.add(events), masses.add(events), lit.add(events);
  }
  double operator()(rows<const float> events, rows<float> gradient) {
    return cells(events, gradient) + regions(events, gradient) + pairs(events, gradient) + masses(events, gradient) +
           lit(events, gradient);
  }
};

}  // namespace

TEST_CASE("a step under penalties allocates nothing") {
  gan<turned, smooth, standard_gan, adam, r1, known> g(
      8, {.penalty = {.gamma = 1, .every = 1}, .event_penalty = known(images(8))}, 5);
  if (has_fast_products) CHECK(allocations_of_a_step(g, 8) == 0);
  CHECK(g.step(images(8)).event_penalty != 0);
}

TEST_CASE("a step under penalties that see conditions allocates nothing") {
  constexpr dcgan_options two{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
  const auto x = images(8), c = images(1);
  const rows<const float> events{x, 256}, conditions{std::span(c).first(16), 2};
  const auto check = [&](auto penalty) {
    penalty.add(events, conditions);
    gan<dcgan_generator<two>, dcgan_projection_critic<two, no_norm>, standard_gan, adam, r1, decltype(penalty)> g(
        8, {.event_penalty = penalty}, 5);
    if (has_fast_products) CHECK(allocations_of([&] { g.step(x, conditions.flat); }) == 0);
    CHECK(g.step(x, conditions.flat).event_penalty != 0);
  };
  check(cramer_penalty{physics::cell_observables({1, 16, 16}), 1});
  check(moment_penalty{physics::cell_observables({1, 16, 16}), 1});
  check(mmd_penalty{physics::cell_observables({1, 16, 16}), 1});
}

TEST_CASE("a step of a critic with norms under a penalty allocates nothing") {
  struct normed : sequential<shape{1, 16, 16}, conv2d<16, kernel<4>, stride<2>, pad<1>>, layer_norm, leaky_relu,
                             conv2d<16, kernel<4>, stride<2>, pad<1>>, instance_norm, pixel_norm, leaky_relu,
                             mixing_allowed<with_minibatch_deviation<>>, dense<4>, l2_normalisation, dense<1>> {};
  gan<turned, normed, standard_gan, adam, r1> g(8, {.penalty = {.gamma = 1, .every = 1}}, 5);
  if (has_fast_products) CHECK(allocations_of_a_step(g, 8) == 0);
}

TEST_CASE("a step with spectral norm allocates nothing") {
  struct normed : spectral_normed<smooth> {};
  gan<generator, normed> g(8, {}, 5);
  if (has_fast_products) CHECK(allocations_of_a_step(g, 8) == 0);
}

TEST_CASE("a step of optimal transport allocates nothing") {
  struct embedder : sequential<smooth::input, conv2d<8, kernel<4>, stride<2>, pad<1>>, crelu,
                               conv2d<16, kernel<4>, stride<2>, pad<1>>, crelu, dense<12>> {};
  gan<generator, embedder, optimal_transport> by_energy(8, {}, 5);  // the fourth step is both networks'
  gan<generator, embedder, sinkhorn_divergence> by_divergence(8, {}, 5);
  if (!has_fast_products) return;
  CHECK(allocations_of_a_step(by_energy, 8) == 0);
  CHECK(allocations_of_a_step(by_divergence, 8) == 0);
}

TEST_CASE("a step of a variational autoencoder allocates nothing") {
  vae<vae_encoder<small>, vae_decoder<small, batch_norm>, censored_likelihood> v(8, {}, 5);
  if (has_fast_products) CHECK(allocations_of_a_step(v, 8) == 0);
}

TEST_CASE("a step with conditions allocates nothing, but inside oneDNN's convolution of planes, nor does sampling") {
  constexpr dcgan_options two{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
  const auto x = images(8), c = images(1);
  const std::span<const float> conditions = std::span(c).first(16);
  gan<dcgan_generator<two>, dcgan_critic<two, no_norm>, standard_gan, adam, r1> planes(8, {}, 5);
  gan<dcgan_generator<two>, dcgan_projection_critic<two, no_norm>, standard_gan, adam, r1> projected(8, {}, 5);
  sampler<dcgan_generator<two>> s(planes.generator, 8);
  std::vector<float> events(x.size());
  if (!has_fast_products) return;
  // The image and its planes: with the penalty five times forward, twice data, three times weights.
  CHECK(allocations_of([&] { planes.step(x, conditions); }) <= inside_a_primitive * 11);
  CHECK(allocations_of([&] { projected.step(x, conditions); }) == 0);
  CHECK(allocations_of([&] { s.sample(1, 0, 8, events, conditions); }) == 0);
}

TEST_CASE("the trainer's loop over events in memory allocates nothing from step to step") {
  std::vector<data::memory_events> source;
  source.emplace_back(shape{1, 16, 16}, images(80));
  data::event_stream events(std::move(source));
  small_gan g(8, {}, 5);
  long before = 0;
  std::vector<long> by_step;
  by_step.reserve(100);
  position at;
  train(g, events,
        {.epochs = 2,
         .after_step =
             [&](const position&, const step_result&) {
               by_step.push_back(allocations - before), before = allocations;
               return true;
             }},
        at);
  REQUIRE(by_step.size() > 10);
  if (has_fast_products)
    for (std::size_t i = by_step.size() - 4; i < by_step.size(); ++i) CHECK(by_step[i] == 0);
}

TEST_CASE("sampling allocates nothing") {
  parameters<generator> p;
  initialise(p, normal{0.1}, 3);
  sampler<generator> s(p, 8);
  std::vector<float> events(std::size_t(8) * generator::output.size());
  std::uint64_t seed = 0;
  if (has_fast_products) CHECK(allocations_of([&] { s.sample(++seed, 0, 8, events); }) == 0);
}
