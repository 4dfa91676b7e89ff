// Critics with norms under penalties on their slope, in the trainer as it is.
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>

#include "catch.hpp"
#include "small.hpp"

namespace {

struct normed_critic : dcgan_critic<small, layer_norm> {};
struct comparing_critic : sequential<shape{1, 16, 16}, conv2d<8, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                     conv2d<16, kernel<4>, stride<2>, pad<1>>, instance_norm, leaky_relu,
                                     mixing_allowed<with_minibatch_deviation<>>, conv2d<16, kernel<3>, pad<1>, bias>,
                                     leaky_relu, dense<1>> {};

/// Mean ‖∇D‖² at the real events.
template <class Critic>
double slope_square(const parameters<Critic>& critic, const std::vector<float>& x) {
  input_gradient<Critic> gradient(8);
  double sum = 0;
  for (const float s : gradient.evaluate(critic, x)) sum += double(s) * s / 8;
  return sum;
}

}  // namespace

TEST_CASE("R1 adds its own gradient to that of a critic with layer norm") {
  const auto x = images(8);
  const auto moved = [&]<class Penalty>(Penalty penalty) {
    gan<generator, normed_critic, standard_gan, sgd, Penalty> g(
        8, {.optimizer = {.learning_rate = 1}, .penalty = penalty}, 5, he_uniform{});
    std::vector<double> by(g.critic.flat().begin(), g.critic.flat().end());
    g.step(x);
    for (std::size_t i = 0; i < by.size(); ++i) by[i] -= double(g.critic.flat()[i]);
    return by;
  };
  const auto without = moved(no_penalty{}), with = moved(r1{.gamma = 3});
  parameters<normed_critic, double> exact;  // as the trainer begins
  parameters<normed_critic> begun;
  initialise(begun, he_uniform{}, 5, 1);
  exact.update([&](auto to) { std::ranges::copy(begun.flat(), to.begin()); });
  input_gradient<normed_critic, double> gradient(8);
  gradients<normed_critic, double> expected;
  const std::vector<double> same(x.begin(), x.end());
  const auto slope = gradient.evaluate(exact, same);
  for (std::size_t i = 0; i < slope.size(); ++i) gradient.direction()[i] = 3 * slope[i] / 8;
  gradient.pull_back(exact, expected);
  double largest = 0;
  for (const double e : expected.flat()) largest = std::max(largest, std::abs(e));
  CHECK(largest > 0);
  for (std::size_t i = 0; i < with.size(); ++i)
    REQUIRE(with[i] - without[i] == Approx(expected.flat()[i]).margin(2e-4 * largest));
}

TEST_CASE("critics with norms and a deviation train under penalties on their slope") {
  const auto x = images(8);
  const auto check = [&]<class Critic>(Critic) {
    gan<generator, Critic, standard_gan, adam> free(8, {.optimizer = {1e-3}}, 5);
    gan<generator, Critic, standard_gan, adam, r1> held(8, {.optimizer = {1e-3}, .penalty = {.gamma = 10}}, 5);
    for (int i = 0; i < 60; ++i) free.step(x), held.step(x);
    CHECK(std::isfinite(held.step(x).critic_loss));
    CHECK(slope_square(held.critic, x) < 0.5 * slope_square(free.critic, x));
  };
  check(normed_critic{}), check(comparing_critic{});
  gan<generator, comparing_critic, wasserstein, adam, gradient_penalty> g(9, {.optimizer = {1e-3, 0, 0.9}}, 5);
  const auto y = images(9);
  for (int i = 0; i < 30; ++i) REQUIRE(std::isfinite(g.step(y).critic_loss));
}
