// What is known of events, as a penalty on the generator.
#include <hepgan/penalty/r1.hpp>

#include "catch.hpp"
#include "small.hpp"

namespace {

struct brightness {  // Σ pixels of the batch, ten times
  double operator()(rows<const float> events, rows<float> gradient) const {
    double sum = 0;
    for (const float e : events.flat) sum += 10 * double(e);
    for (float& g : gradient.flat) g += 10;
    return sum;
  }
};
/// How far a penalty moves the generator's weights in one step of plain descent, and what a step without it would do.
template <class Generator, class Critic>
void check_event_penalty() {
  const auto gradient = [&]<class Penalty>(Penalty p, double& value) {
    gan<Generator, Critic, standard_gan, sgd, no_penalty, Penalty> g(
        4, {.optimizer = {.learning_rate = 1}, .event_penalty = p}, 5);
    std::vector<float> before(g.generator.flat().begin(), g.generator.flat().end());
    const std::vector<float> x(std::size_t(4) * Generator::output.size(), 0.5f);
    value = g.step(x).event_penalty;
    for (std::size_t i = 0; i < before.size(); ++i) before[i] -= g.generator.flat()[i];
    return before;
  };
  double none = 1, value = 0;
  const auto plain_step = gradient(no_penalty{}, none), with = gradient(brightness{}, value);
  CHECK(none == 0);
  CHECK(value > 0);
  // The difference is the gradient of Σ pixels alone.
  parameters<Generator> p;
  initialise(p, pytorch_uniform{}, 5, 0);
  tape<Generator> made(4);
  gradients<Generator> alone;
  std::vector<float> z;
  draw_latents(made, z, 5 ^ seed_of::generated, 0);  // as a training draws them
  made.forward(p);
  made.load_output_gradient(std::vector<float>(std::size_t(4) * Generator::output.size(), 10.f));
  made.backward(p, &alone, false);
  double largest = 0;
  for (const float g : alone.flat()) largest = std::max(largest, double(std::abs(g)));
  for (std::size_t i = 0; i < with.size(); ++i)
    REQUIRE(with[i] - plain_step[i] == Approx(alone.flat()[i]).margin(1e-4 * largest));
}

}  // namespace

namespace {

/// Keeps what it sees.
struct witness {
  std::vector<float>* conditions;
  double operator()(rows<const float>, rows<float>, rows<const float> c) const {
    conditions->assign(c.flat.begin(), c.flat.end());
    return double(c.width);
  }
};

}  // namespace

TEST_CASE("a penalty that takes conditions sees those of the batch, and none where there are none") {
  constexpr dcgan_options two{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
  std::vector<float> seen{7};
  gan<dcgan_generator<two>, dcgan_projection_critic<two>, standard_gan, adam, no_penalty, witness> g(
      4, {.event_penalty = {&seen}}, 5);
  const std::vector<float> conditions{1, 2, 3, 4, 5, 6, 7, 8};
  CHECK(g.step(images(4), conditions).event_penalty == 2);
  CHECK(seen == conditions);
  gan<generator, critic, standard_gan, adam, no_penalty, witness>(4, {.event_penalty = {&seen}}, 5).step(images(4));
  CHECK(seen.empty());
}

TEST_CASE("a penalty on events adds its gradient to the generator's") {
  check_event_penalty<generator, critic>();
  constexpr dcgan_options colours{.size = 16, .channels = 3, .filters = 8, .noise = 16};  // stored in blocks
  check_event_penalty<dcgan_generator<colours, sigmoid>, dcgan_critic<colours>>();
}

namespace {

struct of_one_condition {
  double operator()(rows<const float>, rows<float>, rows<const float> c) const {
    expect_size("conditions of an event", c.width, 1);
    return 0;
  }
};
/// By a step that is refused so.
template <class GAN>
void check_that_nothing_moves(GAN g, std::span<const float> conditions, const std::string& sentence) {
  const auto everything = [&] {
    std::vector<float> all;
    const auto add = [&](std::span<const float> numbers) { all.insert(all.end(), numbers.begin(), numbers.end()); };
    add(g.generator.flat()), add(g.generator.state()), add(g.critic.flat()), add(g.critic.state());
    for (const auto* m : {&g.generator_moments, &g.critic_moments})
      all.push_back(float(m->steps)), add(m->values[0].span()), add(m->values[1].span());
    all.push_back(float(g.steps));
    return all;
  };
  const auto before = everything();
  CHECK_THROWS_WITH(g.step(images(4), conditions), has_text(sentence));
  CHECK((everything() == before));
}
template <class Generator, class Critic>
using of_refused_conditions = gan<Generator, Critic, standard_gan, adam, no_penalty, of_one_condition>;

/// Refuses the critic's scores, or what the generator has of them.
struct refusing : standard_gan {
  bool of_critic = true;
  double critic(std::span<const float> real, std::span<const float> fake, std::span<float> d_real,
                std::span<float> d_fake) const {
    if (of_critic) throw error("scores: found some, expected none");
    return standard_gan::critic(real, fake, d_real, d_fake);
  }
  double generator(std::span<const float>, std::span<const float>, std::span<float>) const {
    throw error("scores: found some, expected none");
  }
};

}  // namespace

TEST_CASE("events or conditions that a penalty refuses leave a training as it was") {
  constexpr dcgan_options two{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
  const std::vector<float> conditions(8);
  using told = dcgan_projection_critic<two>;
  check_that_nothing_moves(of_refused_conditions<dcgan_generator<two>, told>(4, {}, 5), conditions,
                           "found 2 numbers, expected 1");
  check_that_nothing_moves(of_refused_conditions<reparametrised<spectral_norm, dcgan_generator<two>>, told>(4, {}, 5),
                           conditions, "found 2 numbers, expected 1");
}

TEST_CASE("what a penalty on the critic or a loss refuses leaves a training as it was, until the critic has moved") {
  using normed = reparametrised<spectral_norm, dcgan_critic<small, no_norm>>;
  using normed_generator = reparametrised<spectral_norm, generator>;
  check_that_nothing_moves(gan<normed_generator, normed, standard_gan, adam, r1>(4, {.penalty = {.gamma = -1}}, 5), {},
                           "gradient penalty: found gamma");
  check_that_nothing_moves(gan<normed_generator, normed, refusing, adam>(4, {}, 5), {}, "scores: found some");
  refusing late;
  late.of_critic = false;
  gan<normed_generator, normed, refusing, adam> g(4, {.loss = late}, 5);
  CHECK_THROWS_WITH(g.step(images(4)), has_text("scores: found some"));
  CHECK((g.critic_moments.steps == 1 && g.generator_moments.steps == 0 && g.steps == 0));
}
