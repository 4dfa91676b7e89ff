// Training: reproducible, independent of threads where promised, checkpoints that hold.
#include <filesystem>
#include <fstream>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>

#include "catch.hpp"
#include "small.hpp"

using namespace hepgan;

namespace {

std::vector<float> weights_after(int steps, int threads) {
  set_threads(threads);
  small_gan g(32, {}, 5);
  const auto x = images(32);
  for (int i = 0; i < steps; ++i) g.step(x);
  set_threads(0);
  return {g.generator.flat().begin(), g.generator.flat().end()};
}

}  // namespace

TEST_CASE("one seed gives one training, on any number of threads") {
  CHECK(weights_after(3, 2) == weights_after(3, 2));
  if (!has_fast_products) return;  // convolutions are oneDNN's, which divides sums among threads
  const auto one = weights_after(3, 1);
  for (const int threads : {2, 3, 5}) CHECK(weights_after(3, threads) == one);
}

namespace {

template <class G>
void check_events_of_a_seed() {
  parameters<G> p;
  initialise(p, normal{0.1}, 3);
  constexpr int n = 12, size = G::output.size();
  std::vector<float> together(n * size), alone(size), other(n * size);
  set_threads(1);
  sampler<G>(p, n).sample(9, 0, n, together);
  set_threads(3);
  sampler<G>(p, n).sample(9, 0, n, other);
  set_threads(0);
  CHECK(together == other);
  sampler<G> one(p, 1);
  for (int i = 0; i < n; ++i) {
    one.sample(9, i, 1, alone);
    for (int k = 0; k < size; ++k) REQUIRE(alone[k] == Approx(together[i * size + k]).epsilon(0).margin(3e-6));
  }
}

}  // namespace

TEST_CASE("an event of a seed is the same in any batch and on any number of threads") {
  check_events_of_a_seed<generator>();
  struct turned : dcgan_generator<small, threshold, random_roll<axis::phi>, random_flip<axis::eta>> {};
  check_events_of_a_seed<turned>();
}

TEST_CASE("a generator learns to fool a critic that learns") {
  small_gan g(8, {.optimizer = {.learning_rate = 2e-3}}, 5);
  const auto x = images(8);
  double first = 0, last = 0;
  for (int i = 0; i < 60; ++i) {
    const double loss = g.step(x).critic_loss;
    (i < 5 ? first : last) += i < 5 || i >= 55 ? loss : 0;
  }
  CHECK(last < first);
}

TEST_CASE("flipped labels turn the critic's gradient around") {
  parameters<critic> p;
  initialise(p, pytorch_uniform{}, 5);
  const auto x = images(16);
  const std::span<const float> first = std::span(x).first(8 * 256), last = std::span(x).last(8 * 256);
  tape<critic> on_real(8), on_fake(8);
  struct outcome {
    critic_result seen;
    std::vector<float> gradient;
  };
  const auto outcome_of = [&](std::span<const float> real, std::span<const float> fake, bool flip) {
    gradients<critic> g;
    g.zero();
    on_real.load(real), on_fake.load(fake);
    const auto seen = critic_step(standard_gan{}, p, on_real, on_fake, g, flip);
    return outcome{seen, {g.flat().begin(), g.flat().end()}};
  };
  const auto kept = outcome_of(first, last, false), flipped = outcome_of(first, last, true),
             swapped = outcome_of(last, first, false);
  double size = 0, from_swapped = 0, from_kept = 0;  // the largest of any weight
  for (std::size_t i = 0; i < kept.gradient.size(); ++i) {
    size = std::max<double>(size, std::abs(swapped.gradient[i]));
    from_swapped = std::max<double>(from_swapped, std::abs(flipped.gradient[i] - swapped.gradient[i]));
    from_kept = std::max<double>(from_kept, std::abs(flipped.gradient[i] - kept.gradient[i]));
  }
  CHECK(from_swapped <= 1e-5 * size);  // sums in another order
  CHECK(from_kept > 1e-2 * size);
  CHECK(flipped.seen.loss == Approx(swapped.seen.loss));
  CHECK(flipped.seen.real == Approx(swapped.seen.fake));  // what is seen of a batch keeps its name
  CHECK(flipped.seen.fake == Approx(swapped.seen.real));
}

namespace {

/// Counts the steps in which the events that shall get a label of 1 score less than the others.
struct counting_flips : standard_gan {
  int* flips = nullptr;
  template <class Real>
  double critic(std::span<const Real> ones, std::span<const Real> zeros, std::span<Real> d_ones,
                std::span<Real> d_zeros) const {
    *flips += ones[0] < zeros[0];
    return standard_gan::critic(ones, zeros, d_ones, d_zeros);
  }
};

}  // namespace

TEST_CASE("labels are flipped for the share of batches asked for") {
  struct to_four : sequential<shape{4}, dense<4>> {};
  struct to_score : sequential<shape{4}, dense<1>> {};
  const std::vector<float> real(2 * 4, 100.f);  // far above what the generator makes
  const auto share = [&](double rate) {
    constexpr int steps = 2000;
    int flips = 0;
    counting_flips loss;
    loss.flips = &flips;
    gan<to_four, to_score, counting_flips, sgd> g(
        2, {.loss = loss, .optimizer = {.learning_rate = 0}, .flip_rate = rate}, 5);
    g.critic.update([](auto w) { std::ranges::fill(w, 1.f); });
    for (int i = 0; i < steps; ++i) g.step(real);
    return double(flips) / steps;
  };
  set_threads(1);
  CHECK(share(0) == 0);
  CHECK(share(0.2) == Approx(0.2).margin(0.04));  // more than four standard deviations
  CHECK(share(1) == 1);
  set_threads(0);
}

TEST_CASE("a training goes on from its checkpoint as if never stopped") {
  const auto x = images(8);
  small_gan whole(8, {}, 5), first(8, {}, 5), then(8, {}, 5);
  for (int i = 0; i < 4; ++i) whole.step(x);
  for (int i = 0; i < 2; ++i) first.step(x);
  checkpoint c;
  save(c, "training", first);
  load(c, "training", then);
  for (int i = 0; i < 2; ++i) then.step(x);
  CHECK(std::ranges::equal(whole.generator.flat(), then.generator.flat()));
  CHECK(std::ranges::equal(whole.critic.flat(), then.critic.flat()));
  CHECK(std::ranges::equal(whole.generator.state(), then.generator.state()));
}

TEST_CASE("a checkpoint that lacks something changes nothing of a training") {
  const auto x = images(8);
  small_gan saved(8, {}, 5), g(8, {}, 6), untouched(8, {}, 6);
  saved.step(x);
  checkpoint whole;
  save(whole, "training", saved);
  for (const char* missing : {"critic.weights", "critic.optimizer.1", "generator.scalars", "steps"}) {
    checkpoint c;
    save(c, "training", saved);
    const std::string name = std::string("training.") + missing;
    c.put(name, std::string("nothing"));
    CHECK_THROWS_WITH(load(c, "training", g), has_text(name));
    CHECK(std::ranges::equal(g.generator.flat(), untouched.generator.flat()));
    CHECK(std::ranges::equal(g.generator.scalars(), untouched.generator.scalars()));
    CHECK((g.steps == 0 && g.generator_moments.steps == 0));
  }
  load(whole, "training", g);
  CHECK(std::ranges::equal(g.critic.flat(), saved.critic.flat()));
}

TEST_CASE("a checkpoint of another optimizer is refused, whether its moments are as many or not") {
  gan<generator, critic, standard_gan, adam> of_adam(8, {}, 5);
  gan<generator, critic, standard_gan, rmsprop> of_rmsprop(8, {}, 6);
  gan<generator, critic, standard_gan, sgd> of_sgd(8, {}, 7);
  gan<generator, critic, standard_gan, decaying<weight_clipped<sgd>>> clipped(8, {}, 8);
  checkpoint a, r, s;
  save(a, "training", of_adam), save(r, "training", of_rmsprop), save(s, "training", of_sgd);
  const auto refuses = [](const checkpoint& c, auto& g) {
    const std::vector<float> before(g.generator.flat().begin(), g.generator.flat().end());
    CHECK_THROWS_WITH(load(c, "training", g), has_text("training.generator.optimizer: found another optimizer"));
    CHECK(std::ranges::equal(g.generator.flat(), before));
  };
  refuses(r, of_adam), refuses(s, of_adam);
  refuses(a, of_rmsprop), refuses(s, of_rmsprop);
  refuses(a, of_sgd), refuses(r, of_sgd), refuses(r, clipped);
  load(s, "training", clipped);
  const std::vector<float> more(of_sgd.generator.flat().size());
  s.put("training.generator.optimizer.square", std::span(more));
  CHECK_THROWS_WITH(load(s, "training", clipped), has_text("another optimizer, with 2 moments, expected 1"));
}

TEST_CASE("a position that a checkpoint lacks a part of stays as it was") {
  checkpoint c;
  save(c, "position", position{.epoch = 3, .step = 7, .sums = {}});
  position at;
  load(c, "position", at);
  CHECK((at.epoch == 3 && at.step == 7));
  c.put("position.epoch", std::int64_t(4)), c.put("position.critic_loss", std::string("nothing"));
  CHECK_THROWS_WITH(load(c, "position", at), has_text("position.critic_loss"));
  CHECK(at.epoch == 3);
}

TEST_CASE("dropout in a generator draws the same mask forward and backward, and another at each step") {
  struct dropping : sequential<shape{16}, dense<shape{1, 16, 16}>, dropout> {};
  const auto gradient = [](std::int64_t start) {
    gan<dropping, critic, standard_gan, sgd> g(4, {.optimizer = {.learning_rate = 1}}, 5);
    g.steps = start;
    const std::vector<float> before(g.generator.flat().begin(), g.generator.flat().end());
    g.step(images(4));
    std::vector<float> moved = before;
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= g.generator.flat()[i];
    return moved;
  };
  // A step is a pure function of its number: nothing of the steps before lingers in the tapes.
  gan<dropping, critic, standard_gan, sgd> g(4, {.optimizer = {.learning_rate = 1}}, 5);
  const auto fresh = gradient(1);
  const std::vector<float> start(g.generator.flat().begin(), g.generator.flat().end());
  const parameters<critic> d = g.critic;
  const parameters<dropping> p = g.generator;
  g.step(images(4));
  g.generator = p, g.critic = d;
  g.step(images(4));
  for (std::size_t i = 0; i < start.size(); ++i) REQUIRE(start[i] - g.generator.flat()[i] == fresh[i]);
  CHECK(gradient(0) != fresh);
}

TEST_CASE("running statistics follow PyTorch's rule") {
  struct net : sequential<shape{1, 1, 2}, batch_norm> {};
  parameters<net, double> p;
  tape<net, double> t(2);
  t.load(std::vector<double>{1, 2, 3, 6});
  t.forward(p);
  t.commit(p);
  CHECK(p.state()[0] == Approx(0.1 * 3));               // mean 3
  CHECK(p.state()[1] == Approx(0.9 + 0.1 * 14.0 / 3));  // variance with n − 1
}

TEST_CASE("a DCGAN critic does not see the energy scale of a whole batch") {
  // Convolutions without bias and leaky ReLU scale with their input, and the first batch norm divides that out:
  // docs/training.md.
  struct wide : dcgan_critic<dcgan_options{.size = 32, .channels = 1, .filters = 8, .noise = 16}> {};
  parameters<wide> p;
  initialise(p, pytorch_uniform{}, 5);
  tape<wide> t(16);
  const random_stream r(3, purpose::user);
  std::vector<float> x(16 * 1024);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = r.uniform(2 * i) < 0.1 ? float(r.uniform(2 * i + 1)) : 0.f;
  t.load(x);
  const auto seen = t.forward(p);
  const std::vector<float> before(seen.begin(), seen.end());
  for (float& e : x) e *= 3;
  t.load(x);
  const auto after = t.forward(p);
  double change = 0, mean = 0, spread = 0;
  for (const float d : before) mean += d / 16;
  for (int i = 0; i < 16; ++i) change += std::pow(after[i] - before[i], 2), spread += std::pow(before[i] - mean, 2);
  CHECK(std::sqrt(change) < 0.02 * std::sqrt(spread));
}

TEST_CASE("calibrated statistics are those of the weights at rest") {
  parameters<generator> p;
  initialise(p, pytorch_uniform{}, 5);
  tape<generator> made(32);
  calibrate(p, made, 9, 16);
  std::vector<float> first(p.state().begin(), p.state().end());
  calibrate(p, made, 9, 16);  // what was there before does not matter
  CHECK(std::ranges::equal(first, p.state()));
  calibrate(p, made, 10, 16);  // other latent vectors give nearly the same
  const auto norm1 = p.entries();
  for (const auto& e : norm1)
    if (e.in == block::state && e.name.find("variance") != std::string::npos)
      for (int i = 0; i < e.at.count; ++i)
        CHECK(p.state()[e.at.offset + i] == Approx(first[e.at.offset + i]).epsilon(0.5));
  // With them, sampling is close to what training sees: batch statistics.
  std::vector<float> z(32 * 16), batch(32 * 256), running(32 * 256);
  for (int i = 0; i < 32; ++i) fill_latent(std::span(z).subspan(i * 16, 16), 77, i);
  made.load(z);
  made.forward(p, statistics::batch), made.store(batch);
  made.forward(p, statistics::running), made.store(running);
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < batch.size(); ++i)
    difference += std::abs(batch[i] - running[i]), size += std::abs(batch[i] - 0.5f);
  CHECK(difference < 0.3 * size);
}
