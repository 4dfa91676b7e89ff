// Conditions: the generator follows them, in production and through its training, whichever way its critic sees them.
#include <cmath>
#include <hepgan/data/event_stream.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/physics/images.hpp>

#include "catch.hpp"
#include "small.hpp"

using namespace hepgan;

namespace {

constexpr dcgan_options two{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
using told = dcgan_generator<two>;
using of_planes = dcgan_critic<two>;
using of_projection = dcgan_projection_critic<two>;

static_assert(conditions_of<generator> == 0 && conditions_of<critic> == 0);
static_assert(told::input == shape{18} && conditions_of<told> == 2 && event_of<told> == shape{16});
static_assert(of_planes::input == shape{3, 16, 16} && planes_of<of_planes> == 2);
static_assert(of_projection::input == shape{1, 16, 16} && projected_of<of_projection> == 2);
static_assert(of_projection::output == shape{1} && conditions_of<spectral_normed<of_projection>> == 2);

std::vector<float> numbers(std::size_t n, std::uint64_t seed) {
  std::vector<float> c(n);
  const random_stream r(seed, purpose::user);
  for (std::size_t i = 0; i < n; ++i) c[i] = float(r.normal(i));
  return c;
}

}  // namespace

TEST_CASE("a tape of planes is that of an image which has them as channels") {
  struct plain_critic
      : sequential<shape{3, 16, 16}, conv2d<8, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu, dense<1, bias>> {};
  struct with_planes : conditional<2, plain_critic> {};
  parameters<plain_critic> p;
  parameters<with_planes> q;
  initialise(p, normal{0.1}, 3), initialise(q, normal{0.1}, 3);
  const int n = 9;
  const auto x = images(n), c = numbers(2 * n, 4);
  std::vector<float> whole;
  for (int i = 0; i < n; ++i) {
    whole.insert(whole.end(), x.begin() + i * 256, x.begin() + (i + 1) * 256);
    for (int k = 0; k < 2; ++k) whole.insert(whole.end(), 256, c[2 * i + k]);
  }
  tape<plain_critic> t(n);
  tape<with_planes> u(n);
  t.load(whole), u.load_conditions(c), u.load(x);
  CHECK(std::ranges::equal(t.forward(p), u.forward(q)));
  std::vector<float> dx(3 * 256 * n), de(256 * n);
  std::ranges::fill(t.output_gradient(), 1.f), std::ranges::fill(u.output_gradient(), 1.f);
  t.backward(p, nullptr, true), u.backward(q, nullptr, true);
  t.store_input_gradient(dx), u.store_input_gradient(de);
  for (int i = 0; i < n; ++i)
    CHECK(std::equal(de.begin() + i * 256, de.begin() + (i + 1) * 256, dx.begin() + i * 3 * 256));
  CHECK_THROWS_WITH(u.load_conditions(x), has_text("tape::load_conditions"));
}

namespace {

/// Trained for some steps; its weights, and what it samples.
template <class Critic, class Penalty = no_penalty>
struct trained {
  gan<told, Critic, standard_gan, adam, Penalty> g{8, {}, 5};
  void steps(int n) {
    for (int i = 0; i < n; ++i) g.step(images(8), numbers(16, g.steps));
  }
};

template <class Critic>
void check_resumption() {
  trained<Critic> whole, first, then;
  whole.steps(4);
  first.steps(2);
  checkpoint c;
  save(c, "training", first.g), load(c, "training", then.g);
  then.steps(2);
  CHECK(std::ranges::equal(whole.g.generator.flat(), then.g.generator.flat()));
  CHECK(std::ranges::equal(whole.g.critic.flat(), then.g.critic.flat()));
  CHECK(std::ranges::equal(whole.g.generator.state(), then.g.generator.state()));
}

}  // namespace

TEST_CASE("a conditional training goes on from its checkpoint as if never stopped") {
  check_resumption<of_planes>();
  check_resumption<of_projection>();
  check_resumption<spectral_normed<of_projection>>();
}

TEST_CASE("the trainer brings each batch the conditions of its events") {
  const auto x = images(40), masses = numbers(40, 2);
  auto squares = masses;
  for (float& m : squares) m *= m;
  const auto stream = [&](const std::string& conditions) {
    std::vector<data::memory_events> source;
    source.emplace_back(shape{1, 16, 16}, x, data::memory_events::field_map{{"m", masses}, {"m2", squares}});
    return std::make_unique<data::event_stream>(std::move(source),
                                                data::stream_options{.conditions = data::condition_scale(conditions)});
  };
  trained<of_projection> by_trainer, by_hand;
  const auto events = stream("(m-1)/2,m2");
  position at;
  train(by_trainer.g, *events, {.epochs = 2}, at);
  std::vector<float> batch(8 * 256), conditions(16);
  for (int epoch = 0; epoch < 2; ++epoch)
    for (int step = 0; step < events->steps_per_epoch(8); ++step) {
      events->batch(epoch, step, 8, batch);
      const auto of = events->batch_events(epoch, step, 8);
      for (int i = 0; i < 8; ++i)
        conditions[2 * i] = float((double(masses[of[i]]) - 1) / 2), conditions[2 * i + 1] = squares[of[i]];
      by_hand.g.step(batch, conditions);
    }
  CHECK(std::ranges::equal(by_trainer.g.generator.flat(), by_hand.g.generator.flat()));
  position anew;
  CHECK_THROWS_WITH(train(by_hand.g, *stream(""), {}, anew), has_text("gan::step, conditions: found 0 numbers"));
}

TEST_CASE("a batch's conditions are one row for each event, and none of a network that takes none") {
  trained<of_planes> t;
  CHECK_THROWS_WITH(t.g.step(images(8)), has_text("gan::step, conditions: found 0 numbers, expected 16"));
  CHECK_THROWS_WITH(small_gan(8, {}, 5).step(images(8), numbers(16, 0)), has_text("found 16 numbers, expected 0"));
  sampler<told> s(t.g.generator);
  std::vector<float> x(3 * 256);
  CHECK_THROWS_WITH(s.sample(1, 0, 3, x), has_text("sampler::sample, conditions: found 0 numbers, expected 6"));
  CHECK_THROWS_WITH(t.g.calibrate(t.g.generator), has_text("expected rows of 2"));
}

TEST_CASE("an event of a seed and its conditions is the same in any batch, and another of other conditions") {
  trained<of_projection> t;
  t.steps(3);
  constexpr int n = 12;
  const auto c = numbers(2 * n, 6);
  std::vector<float> together(n * 256), alone(256), other(256);
  sampler<told>(t.g.generator, 8).sample(9, 0, n, together, c);
  sampler<told> one(t.g.generator, 1);
  for (int i = 0; i < n; ++i) {
    one.sample(9, i, 1, alone, std::span(c).subspan(2 * i, 2));
    for (int k = 0; k < 256; ++k) REQUIRE(alone[k] == Approx(together[i * 256 + k]).epsilon(0).margin(3e-6));
    one.sample(9, i, 1, other, std::vector<float>{c[2 * i], c[2 * i + 1] + 2});
    CHECK(alone != other);
  }
}

TEST_CASE("statistics are calibrated under the conditions that are asked for, in turn") {
  parameters<told> p, q;
  initialise(p, pytorch_uniform{}, 5), initialise(q, pytorch_uniform{}, 5);
  tape<told> made(8);
  const auto c = numbers(6, 1);
  calibrate(p, made, 9, 4, c);
  std::vector<float> twice(c.begin(), c.end());
  twice.insert(twice.end(), c.begin(), c.end());
  calibrate(q, made, 9, 4, twice);
  CHECK(std::ranges::equal(p.state(), q.state()));
  calibrate(q, made, 9, 4, std::vector<float>(6, 3.f));
  CHECK_FALSE(std::ranges::equal(p.state(), q.state()));
}

namespace {

/// A cluster somewhere in each image, as energetic as its event's condition says.
struct clusters {
  std::vector<float> images, conditions;
  clusters(int events, std::uint64_t seed) {
    const random_stream r(seed, purpose::user);
    for (int n = 0; n < events; ++n) {
      const double c = 2 * r.uniform(3 * n) - 1, row = 4 + 8 * r.uniform(3 * n + 1),
                   column = 4 + 8 * r.uniform(3 * n + 2);
      conditions.push_back(float(c));
      for (int i = 0; i < 256; ++i) {
        const double r2 = std::pow(i / 16 - row, 2) + std::pow(i % 16 - column, 2);
        const double e = (1 + 0.6 * c) * std::exp(-0.5 * r2 / 2.25);
        images.push_back(e > 0.03 ? float(e) : 0.f);
      }
    }
  }
};

/// The mean energy of generated events under conditions −1, 0 and 1, after some seconds of training.
template <class Critic, class Generator>
std::vector<double> learnt_energies() {
  gan<Generator, Critic, standard_gan, adam, r1> g(
      32, {.optimizer = {.learning_rate = 2e-3, .beta1 = 0, .beta2 = 0.99}, .penalty = {.gamma = 0.1, .every = 1}}, 1,
      he_uniform{});
  g.generator.scalars("threshold")[0] = 0.03f;
  moving_average<Generator> average(0.99, g.generator);
  for (int step = 1; step <= 400; ++step) {
    const clusters seen(32, step);
    g.step(seen.images, seen.conditions), average.update(g.generator);
  }
  g.calibrate(average.value(), clusters(256, 1000).conditions);
  constexpr int n = 200;
  std::vector<float> fake(n * 256);
  std::vector<double> energies;
  for (const float c : {-1.f, 0.f, 1.f}) {
    sampler<Generator>(average.value()).sample(7, 0, n, fake, std::vector<float>(n, c));
    energies.push_back(physics::total_energy(fake) / n);
  }
  return energies;
}

}  // namespace

TEST_CASE("a generator learns to follow a condition that its critic sees, as planes or by projection") {
  constexpr dcgan_options one{.size = 16, .channels = 1, .filters = 8, .noise = 8, .conditions = 1};
  using follower = dcgan_generator<one, threshold>;
  for (const auto& energies : {learnt_energies<dcgan_critic<one, no_norm>, follower>(),
                               learnt_energies<dcgan_projection_critic<one, no_norm>, follower>()}) {
    CHECK(energies[0] == Approx(5.3).epsilon(0.35));  // 13.7 · (1 + 0.6 c), less what is below the threshold
    CHECK(energies[1] == Approx(13.7).epsilon(0.35));
    CHECK(energies[2] == Approx(22.2).epsilon(0.25));
  }
}
