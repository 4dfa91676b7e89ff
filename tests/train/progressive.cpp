// A GAN that grows while it trains.
#include <hepgan/io/progressive.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/optim/modifiers.hpp>

#include "catch.hpp"

using namespace hepgan;

namespace {

constexpr progressive_options small{.size = 16, .channels = 1, .filters = 4, .most = 16, .noise = 8};
using growing = progressive_gan<progressive<small, threshold>>;

/// A bright square at one of four places, brighter towards the right.
std::vector<float> squares(int n, std::uint64_t seed) {
  const random_stream r(seed, purpose::user);
  std::vector<float> x(std::size_t(n) * 256);
  for (int e = 0; e < n; ++e) {
    const int row = r.uniform(2 * e) < 0.5 ? 2 : 9, column = r.uniform(2 * e + 1) < 0.5 ? 2 : 9;
    for (int h = 0; h < 5; ++h)
      for (int w = 0; w < 5; ++w) x[(e * 16 + row + h) * 16 + column + w] = 0.5f + 0.2f * float(w);
  }
  return x;
}
growing made(int steps_per_level = 12) {
  return growing(8, {.loss = {{}, 1e-3, {}}, .grows = {steps_per_level, 0.5}, .threshold = 0.1}, 3);
}

}  // namespace

TEST_CASE("a training grows by its steps, and fades each level in") {
  auto g = made();
  std::vector<int> levels;
  std::vector<double> alphas;
  std::vector<std::int64_t> optimizer_steps;
  for (int i = 0; i < 40; ++i) {
    const auto r = g.step(squares(8, i));
    CHECK((std::isfinite(r.critic_loss) && std::isfinite(r.generator_loss)));
    levels.push_back(g.level()), alphas.push_back(g.alpha());
    optimizer_steps.push_back(g.with_stage([](auto& s) { return s.networks.generator_moments.steps; }));
  }
  CHECK((levels[11] == 0 && levels[12] == 1 && levels[23] == 1 && levels[24] == 2 && levels[39] == 2));
  CHECK(optimizer_steps[11] > optimizer_steps[12]);  // a level begins with new moments
  CHECK(alphas[12] == Approx(1.0 / 6));              // of the next step
  CHECK((alphas[11] == 1 && alphas[20] == 1 && alphas[39] == 1));
  g.with_stage([](auto& s) {
    CHECK(s.networks.generator.scalars("threshold")[0] == 0.1f);
    CHECK(s.average.value().scalars("fade_in")[0] == 1);
  });
  std::vector<float> images(5 * 256), again(2 * 256);
  g.sample(7, 0, 5, images), g.sample(7, 3, 2, again);
  for (int i = 0; i < 512; ++i) CHECK(images[3 * 256 + i] == Approx(again[i]).margin(1e-5));
  CHECK_THROWS_WITH(g.step(squares(7, 1)), has_text("progressive_gan::step"));
  CHECK_THROWS_WITH(made(0), has_text("found 0 steps per level"));
}

TEST_CASE("every level is drawn by the initialiser, has the critic's optimizer, and labels that flip") {
  const auto draw = [](const random_stream&, std::uint64_t, int, bool is_bias) { return is_bias ? 0.5 : 0.25; };
  growing g(8,
            {.optimizer = {.learning_rate = 0},
             .critic_optimizer = {.learning_rate = 1e-3},
             .flip_rate = 1,
             .grows = {1, 0.5}},
            3, draw);
  for (int level = 0; level < 3; ++level) {
    g.step(squares(8, level));
    CHECK(g.level() == level);
    g.with_stage([](auto& s) {
      const auto drawn = [](float w) { return w == 0.25f || w == 0.5f; };
      CHECK((s.networks.generator.flat()[0] == 0.25f && std::ranges::all_of(s.networks.generator.flat(), drawn)));
      CHECK_FALSE(std::ranges::all_of(s.networks.critic.flat(), drawn));
      CHECK(s.networks.critic_optimizer.learning_rate == 1e-3);
      CHECK(s.networks.flip_rate == 1);
    });
  }
}

TEST_CASE("a level that begins to fade in sees real events as the level before did") {
  const auto score = [](int steps, bool blurred) {  // of real events in the step after so many
    auto g = made();
    for (int i = 0; i < steps; ++i) g.step(squares(8, i));
    auto x = squares(8, 100);
    if (blurred) {
      std::vector<float> small(x.size() / 16);
      average_images(x, 16, 4, small), repeat_pixels(small, 4, 4, x);
    }
    return g.step(x).real_decision;
  };
  CHECK(score(12, false) == Approx(score(12, true)).epsilon(1e-5));  // α = 0 at 8×8
  CHECK(std::abs(score(15, false) - score(15, true)) > 1e-4);        // α = 1/2
}

TEST_CASE("images of a lower level are means of windows, each pixel of which is repeated when sampled") {
  const std::vector<float> x{1, 3, 5, 7, 1, 3, 5, 7, 0, 0, 2, 2, 0, 4, 2, 2};
  std::vector<float> half(4), one(1), back(16);
  average_images(x, 4, 2, half), average_images(x, 4, 4, one);
  CHECK(half == std::vector<float>{2, 6, 1, 2});
  CHECK(one[0] == Approx(2.75));
  auto faded = x;
  CHECK_THROWS_WITH(average_images(x, 4, 3, half), has_text("found 4 pixels per side and a factor of 3"));
  CHECK_THROWS_WITH(repeat_pixels(half, 2, 0, back), has_text("found 2 pixels per side and a factor of 0"));
  CHECK_THROWS_WITH(average_images(x, 4, 2, one), has_text("images at another size: found "));
  CHECK_THROWS_WITH(fade_images(faded, 3, 0.5f), has_text("fade_images: found 3 pixels per side, expected an even"));
  CHECK_THROWS_WITH(fade_images(std::span(faded).first(faded.size() - 1), 4, 0.5f), has_text("fade_images: found"));
  fade_images(faded, 4, 0.75f);
  for (int h = 0; h < 4; ++h)
    for (int w = 0; w < 4; ++w)
      CHECK(faded[4 * h + w] == Approx(0.75 * x[4 * h + w] + 0.25 * half[2 * (h / 2) + w / 2]));
  repeat_pixels(half, 2, 2, back);
  CHECK((back[0] == 2 && back[5] == 2 && back[3] == 6 && back[15] == 2 && back[12] == 1));
}

TEST_CASE("a grown training resumes bit for bit, at any level") {
  const int at = GENERATE(3, 14, 30);
  auto whole = made(), first = made();
  for (int i = 0; i < at; ++i) whole.step(squares(8, i)), first.step(squares(8, i));
  checkpoint c;
  save(c, "training", first);
  auto second = made();
  load(c, "training", second);
  CHECK(second.level() == whole.level());
  for (int i = at; i < at + 14; ++i) whole.step(squares(8, i)), second.step(squares(8, i));
  std::vector<float> a(4 * 256), b(4 * 256);
  whole.sample(7, 0, 4, a), second.sample(7, 0, 4, b);
  CHECK(a == b);
}

TEST_CASE("a checkpoint that lacks something changes nothing of a training that grows") {
  auto saved = made(4), g = made(4);
  for (int i = 0; i < 9; ++i) saved.step(squares(8, i));
  g.step(squares(8, 0));
  checkpoint c;
  save(c, "training", saved);
  c.put("training.average.weights", std::vector<float>(3));
  std::vector<float> before(256), after(256);
  g.sample(7, 0, 1, before);
  CHECK_THROWS_WITH(load(c, "training", g), has_text("training.average.weights: found 3 numbers"));
  CHECK(g.level() == 0);
  g.sample(7, 0, 1, after);
  CHECK(before == after);
  CHECK_THROWS_WITH(g.restore(3, 0), has_text("found level 3 after 0 steps"));
}

TEST_CASE(
    "what is refused as a network grows leaves it at the level before, and the next step grows as if it had not been") {
  struct of_numbers : wasserstein {
    double critic(std::span<const float> real, std::span<const float> fake, std::span<float> d_real,
                  std::span<float> d_fake) const {
      if (!std::isfinite(real[0])) throw error("scores: found no number");
      return wasserstein::critic(real, fake, d_real, d_fake);
    }
  };
  using checking = progressive_gan<progressive<small, threshold>, of_numbers>;
  checking g(8, {.grows = {5, 0.5}}, 3), refused(8, {.grows = {5, 0.5}}, 3);
  for (int i = 0; i < 8; ++i) {
    if (i == 5) {
      const std::vector<float> none(8 * 256, std::numeric_limits<float>::quiet_NaN());
      CHECK_THROWS_WITH(refused.step(none), has_text("found no number"));
      CHECK((refused.level() == 0 && refused.steps() == 5));
    }
    g.step(squares(8, i)), refused.step(squares(8, i));
  }
  CHECK((g.level() == 1 && refused.level() == 1));
  std::vector<float> a(256), b(256);
  g.sample(7, 0, 1, a), refused.sample(7, 0, 1, b);
  CHECK(a == b);
}

TEST_CASE("growing has its own usual numbers of Adam and of Wasserstein's loss, and leaves others as they come") {
  struct averaging : sgd {
    double beta1 = 0.3, beta2 = 0.4;
  };
  struct drifting : hinge {
    double drift = 5;
  };
  const progressive_gan<progressive<small>, wasserstein, adamw>::policies usual;
  CHECK((usual.optimizer.learning_rate == 1e-3 && usual.optimizer.beta1 == 0 && usual.optimizer.beta2 == 0.99));
  CHECK(usual.loss.drift == 1e-3);
  const progressive_gan<progressive<small>, drifting, averaging>::policies others;
  CHECK((others.optimizer.learning_rate == sgd{}.learning_rate && others.optimizer.beta1 == 0.3));
  CHECK(others.loss.drift == 5);
}

TEST_CASE("a network that grows learns where the light is") {
  progressive_gan<progressive<small>> g(16, {.loss = {{}, 1e-3, {}}, .grows = {150, 0.5}, .decay = 0.98}, 3);
  std::vector<float> corner(16 * 256);  // all events alike
  for (int i = 0; i < 16 * 256; ++i) corner[i] = i % 256 / 16 < 8 && i % 16 < 8 ? 1.f : 0.f;
  for (int i = 0; i < 600; ++i) g.step(corner);
  std::vector<float> images(64 * 256);
  g.sample(7, 0, 64, images);
  double inside = 0, outside = 0;
  for (int i = 0; i < 64 * 256; ++i) (corner[i % 256] > 0 ? inside : outside) += std::abs(images[i]);
  CHECK(inside / (64 * 64) == Approx(1).epsilon(0.4));
  CHECK(outside / (64 * 192) < 0.25);
}
