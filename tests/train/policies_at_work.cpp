// What the trainer does with its policies: which network they move, in which steps, and by how much.
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/penalties.hpp>
#include <hepgan/penalty/r1.hpp>
#include <hepgan/train/average.hpp>

#include "catch.hpp"
#include "small.hpp"

namespace {

struct plain_critic : dcgan_critic<small, no_norm> {};

std::vector<float> copy_of(std::span<const float> s) { return {s.begin(), s.end()}; }

float largest(std::span<const float> all) {
  float most = 0;
  for (const float w : all) most = std::max(most, std::abs(w));
  return most;
}

/// R1 that notes the steps of the critic in which it was asked.
struct counting : r1 {
  std::vector<std::int64_t>* seen = nullptr;
  template <class Tape>
  double operator()(const parameters<plain_critic>& critic, Tape& real, Tape& fake, workspace<plain_critic>& w,
                    gradients<plain_critic>& g, penalty_draw draw) const {
    seen->push_back(draw.critic_steps);
    return r1::operator()(critic, real, fake, w, g, draw);
  }
};

/// What a penalty adds after so many steps of the critic: its value, and the gradient of the weights.
struct penalised {
  double value;
  std::vector<float> gradient;
  template <class Penalty>
  penalised(const Penalty& penalty, std::int64_t critic_steps) {
    parameters<plain_critic> critic;
    initialise(critic, he_uniform{}, 2, 1);
    gradients<plain_critic> g;
    g.zero();
    tape<plain_critic> real(8), fake(8);
    real.load(images(8));
    auto others = images(8);
    std::ranges::reverse(others);
    fake.load(others);
    real.forward(critic), fake.forward(critic);
    typename Penalty::template workspace<plain_critic> w(8);
    value = penalty(critic, real, fake, w, g, {3, 0, critic_steps});
    gradient = copy_of(g.flat());
  }
};

}  // namespace

TEST_CASE("the moving average is d times what it was and 1 - d times the weights, with their state and scalars") {
  parameters<generator> p;
  const auto set = [&](float w) {
    p.update([&](auto all) { std::ranges::fill(all, w); });
    p.update_state([&](auto all) { std::ranges::fill(all, 10 * w); });
  };
  set(1);
  moving_average<generator> average(0.75, p);
  double by_hand = 1;
  for (const float w : {5.f, -3.f, 2.f}) {
    set(w);
    average.update(p);
    by_hand = 0.75 * by_hand + 0.25 * w;
    for (const float a : average.value().flat()) REQUIRE(a == Approx(by_hand));
  }
  for (const float s : average.value().state()) REQUIRE(s == 20);
  for (const double decay : {-0.1, 1.5, std::nan("")})
    CHECK_THROWS_WITH(moving_average<generator>(decay, p), has_text("moving average: found a decay of"));
}

TEST_CASE("the critic's optimizer moves the critic alone, the other one the generator alone") {
  using optimizer = weight_clipped<sgd>;
  const auto moved = [](optimizer of_generator, optimizer of_critic) {
    gan<generator, plain_critic, wasserstein, optimizer> g(
        8, {.loss = {{}, 0, {.critic_steps = 1}}, .optimizer = of_generator, .critic_optimizer = of_critic}, 5);
    const auto before = copy_of(g.generator.flat()), critic_before = copy_of(g.critic.flat());
    g.step(images(8));
    return std::array{largest(g.critic.flat()), largest(g.generator.flat()),
                      float(before != copy_of(g.generator.flat())), float(critic_before != copy_of(g.critic.flat()))};
  };
  const auto clipped = moved({{1e-3}}, {{1e-3}, 0.01});
  CHECK((clipped[0] <= 0.01f && clipped[1] > 0.1f));
  CHECK((clipped[2] == 1 && clipped[3] == 1));
  const auto still = moved({{1e-3}}, {{0}});
  CHECK((still[2] == 1 && still[3] == 0));
  const auto other = moved({{0}}, {{1e-3}});
  CHECK((other[2] == 0 && other[3] == 1));
}

TEST_CASE("a gradient penalty's weight moves with the critic's steps") {
  const gradient_penalty moving{.weight = 10, .final_weight = 2, .steps_to_final = 100};
  const penalised at_first(moving, 0), half(moving, 50), after(moving, 1000);
  REQUIRE(at_first.value > 0);
  CHECK(half.value == Approx(0.6 * at_first.value));
  CHECK(after.value == Approx(0.2 * at_first.value));
  for (std::size_t i = 0; i < half.gradient.size(); ++i)
    REQUIRE(half.gradient[i] == Approx(0.6f * at_first.gradient[i]).margin(1e-6f * largest(at_first.gradient)));
  const penalised none(gradient_penalty{.weight = 0}, 0);
  CHECK((none.value == 0 && largest(none.gradient) == 0));
}

TEST_CASE("a lazy penalty counts the critic's steps, not the generator's, and is so many times as strong") {
  const penalised every(r1{.gamma = 2}, 3), lazy(r1{.gamma = 2, .every = 4}, 4), skipped(r1{.gamma = 2, .every = 4}, 3);
  CHECK(lazy.value == Approx(4 * every.value));
  CHECK((skipped.value == 0 && largest(skipped.gradient) == 0));

  std::vector<std::int64_t> seen;
  counting counts;
  counts.seen = &seen;
  gan<generator, plain_critic, wasserstein, adam, counting> g(
      8, {.loss = {{}, 0, {.critic_steps = 1, .generator_steps = 3}}, .penalty = counts}, 5);
  for (int i = 0; i < 7; ++i) g.step(images(8));
  std::vector<std::int64_t> in_turn(seen.size());
  for (std::size_t i = 0; i < in_turn.size(); ++i) in_turn[i] = std::int64_t(i);
  CHECK(seen == in_turn);
  CHECK(seen.size() < 7);
}

TEST_CASE("penalties add up, each with its own numbers") {
  const penalties<r1, r2, gradient_penalty> all{{.gamma = 2}, {.gamma = 3}, {.weight = 4}};
  const penalised sum(all, 0), on_real(r1{.gamma = 2}, 0), on_fake(r2{.gamma = 3}, 0),
      between(gradient_penalty{.weight = 4}, 0);
  REQUIRE(on_real.value != on_fake.value);
  CHECK(sum.value == Approx(on_real.value + on_fake.value + between.value));
  for (std::size_t i = 0; i < sum.gradient.size(); ++i)
    REQUIRE(
        sum.gradient[i] ==
        Approx(on_real.gradient[i] + on_fake.gradient[i] + between.gradient[i]).margin(1e-5f * largest(sum.gradient)));
  gan<generator, plain_critic, standard_gan, adam, penalties<r1, r2>> g(8, {.penalty = {{.gamma = 1}, {.gamma = 1}}},
                                                                        5);
  CHECK(std::isfinite(g.step(images(8)).critic_loss));
}
