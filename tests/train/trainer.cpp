// The trainer: callbacks, positions, whose turn it is, what stops it.
#include <limits>

#include "catch.hpp"
#include "small.hpp"

namespace {

struct four_batches {  // eight images each
  shape image() const { return generator::output; }
  std::int64_t steps_per_epoch(int) const { return 4; }
  void batch(std::int64_t, std::int64_t, int n, std::span<float> out) const {
    std::ranges::copy(images(n), out.begin());
  }
};

}  // namespace

TEST_CASE("the trainer calls back, stops when told, and goes on where it was") {
  const auto weights = [](int stop_after) {
    small_gan g(8, {}, 5);
    four_batches events;
    position at;
    int steps = 0, epochs = 0, prepared = 0;
    double sum = 0;
    const train_options options{.epochs = 2,
                                .prepare = [&](const position&, std::span<float>) { ++prepared; },
                                .after_step =
                                    [&](const position&, const step_result& r) {
                                      sum += r.critic_loss;
                                      return ++steps != stop_after;
                                    },
                                .after_epoch =
                                    [&](const position& p, const step_result& mean) {
                                      CHECK(p.epoch == epochs++);
                                      CHECK(mean.critic_loss * 4 == Approx(sum));
                                      CHECK((mean.real_decision > 0 && mean.real_decision < 1));
                                      sum = 0;
                                    }};
    const bool done = train(g, events, options, at);
    CHECK(done == (stop_after == 0));
    if (!done) {
      CHECK(at.epoch * 4 + at.step == stop_after);
      CHECK(train(g, events, options, at));
    }
    CHECK((steps == 8 && epochs == 2 && prepared == 8));
    return std::vector<float>(g.generator.flat().begin(), g.generator.flat().end());
  };
  const auto whole = weights(0);
  CHECK(whole == weights(3));
  CHECK(whole == weights(4));  // after an epoch's last step, before its end
}

TEST_CASE("a loss that is not finite stops the trainer with a sentence") {
  small_gan g(8, {}, 5);
  four_batches events;
  position at;
  const train_options options{
      .prepare = [](const position&, std::span<float> batch) { batch[0] = std::numeric_limits<float>::quiet_NaN(); }};
  CHECK_THROWS_WITH(train(g, events, options, at), has_text("epoch 0, step 0: found a loss of critic "));
}

TEST_CASE("one weight of the generator that is no number shows in the next loss") {
  small_gan g(8, {}, 5);
  g.generator.update([](auto w) { w[0] = std::numeric_limits<float>::quiet_NaN(); });
  four_batches events;
  position at;
  CHECK_THROWS_WITH(train(g, events, {}, at), has_text("epoch 0, step 0: found a loss of critic "));
}

namespace {

struct critic_first : standard_gan {  // as Wasserstein's critic: three turns, then both
  static turn at(std::int64_t step) { return {true, step % 4 == 3}; }
};

}  // namespace

TEST_CASE("a loss says whose turn a step is") {
  gan<generator, critic, critic_first, adam> g(8, {}, 5);
  const auto x = images(8);
  const std::vector<float> start(g.generator.flat().begin(), g.generator.flat().end());
  const auto moved = [&] { return !std::ranges::equal(start, g.generator.flat()); };
  for (int i = 0; i < 3; ++i) {
    CHECK(g.step(x).generator_loss == 0);
    CHECK_FALSE(moved());
  }
  CHECK(g.step(x).generator_loss != 0);
  CHECK(moved());
  CHECK((g.critic_moments.steps == 4 && g.generator_moments.steps == 1));
}
