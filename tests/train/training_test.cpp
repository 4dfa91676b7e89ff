// Training: reproducible, independent of threads where promised, nothing allocated in the loop, checkpoints that hold.
#include "catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>

#include <hepgan/data/transform.hpp>
#include <hepgan/dcgan.hpp>

#pragma GCC diagnostic ignored "-Wmismatched-new-delete"  // both sides are replaced, below
namespace {
std::atomic<long> allocations{0};
}
void* operator new(std::size_t n) {
  ++allocations;
  if (void* p = std::malloc(n)) return p;
  throw std::bad_alloc();
}
void* operator new(std::size_t n, std::align_val_t a) {
  ++allocations;
  const auto align = static_cast<std::size_t>(a);
  if (void* p = std::aligned_alloc(align, (n + align - 1) / align * align)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

using namespace hepgan;

namespace {

constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
using generator = dcgan_generator<small>;
using critic = dcgan_critic<small>;
using small_gan = gan<generator, critic, standard_gan, adam>;

std::vector<float> images(int n) {
  std::vector<float> x(std::size_t(n) * generator::output.size());
  const random_stream r(11, purpose::user);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = r.uniform(2 * i) < 0.1 ? float(r.uniform(2 * i + 1)) : 0.f;
  return x;
}

std::vector<float> weights_after(int steps, int threads) {
  set_threads(threads);
  small_gan g(8, {}, {}, 5);
  const auto x = images(8);
  for (int i = 0; i < steps; ++i) g.step(x);
  set_threads(0);
  return {g.generator.flat().begin(), g.generator.flat().end()};
}

std::filesystem::path scratch(const char* name) {
  const auto path = std::filesystem::temp_directory_path() / (std::string("hepgan-") + std::to_string(::getpid()) + name);
  std::filesystem::remove(path);
  return path;
}

}  // namespace

TEST_CASE("one seed gives one training") { CHECK(weights_after(3, 2) == weights_after(3, 2)); }

TEST_CASE("a step allocates nothing of ours") {
  // At 8×8 no layer runs as a oneDNN primitive: oneDNN's execute() fills a small map of its own, five allocations each.
  constexpr dcgan_options tiny{.size = 8, .channels = 1, .filters = 8, .noise = 16};
  gan<dcgan_generator<tiny>, dcgan_critic<tiny>, standard_gan, adam> g(8, {}, {}, 5);
  const auto x = images(8);
  const auto step = [&] { g.step(std::span(x).first(8 * 64)); };
  for (int i = 0; i < 3; ++i) step();
  const long before = allocations;
  for (int i = 0; i < 3; ++i) step();
  CHECK(allocations - before == 0);
}

TEST_CASE("a step with primitives allocates only inside oneDNN") {
  small_gan g(8, {}, {}, 5);
  const auto x = images(8);
  for (int i = 0; i < 3; ++i) g.step(x);
  const long before = allocations;
  g.step(x);
  // generator: one convolution forward, data, weights; critic: three forward, three data, two weights
  CHECK(allocations - before <= 5 * (3 + 8));
}

TEST_CASE("an event of a seed is the same in any batch and on any number of threads") {
  parameters<generator> p;
  initialise(p, normal{0.1}, 3);
  constexpr int n = 7, size = generator::output.size();
  std::vector<float> together(n * size), alone(size), other(n * size);
  set_threads(1);
  sampler<generator>(p, n).sample(9, 0, n, together);
  set_threads(3);
  sampler<generator>(p, n).sample(9, 0, n, other);
  set_threads(0);
  CHECK(together == other);
  sampler<generator> one(p, 1);
  for (int i = 0; i < n; ++i) {
    one.sample(9, i, 1, alone);
    for (int k = 0; k < size; ++k) REQUIRE(alone[k] == Approx(together[i * size + k]).margin(1e-6));
  }
}

TEST_CASE("a generator learns to fool a critic that learns") {
  small_gan g(8, {}, {.learning_rate = 2e-3}, 5);
  const auto x = images(8);
  double first = 0, last = 0;
  for (int i = 0; i < 60; ++i) {
    const double loss = g.step(x).critic_loss;
    (i < 5 ? first : last) += i < 5 || i >= 55 ? loss : 0;
  }
  CHECK(last < first);
}

TEST_CASE("flipped labels turn the critic's gradient around") {
  small_gan kept(8, {}, {}, 5), flipped(8, {}, {}, 5);
  flipped.flip_rate = 1;
  const auto x = images(8);
  kept.step(x), flipped.step(x);
  CHECK(std::vector<float>(kept.critic.flat().begin(), kept.critic.flat().end()) !=
        std::vector<float>(flipped.critic.flat().begin(), flipped.critic.flat().end()));
}

TEST_CASE("a training goes on from its checkpoint as if never stopped") {
  const auto x = images(8);
  small_gan whole(8, {}, {}, 5), first(8, {}, {}, 5), then(8, {}, {}, 5);
  for (int i = 0; i < 4; ++i) whole.step(x);
  for (int i = 0; i < 2; ++i) first.step(x);
  checkpoint c;
  save(c, first);
  load(c, then);
  for (int i = 0; i < 2; ++i) then.step(x);
  CHECK(std::ranges::equal(std::as_const(whole.generator).flat(), std::as_const(then.generator).flat()));
  CHECK(std::ranges::equal(std::as_const(whole.critic).flat(), std::as_const(then.critic).flat()));
  CHECK(std::ranges::equal(std::as_const(whole.generator).state(), std::as_const(then.generator).state()));
}

TEST_CASE("dropout in a generator draws the same mask forward and backward, and another at each step") {
  struct dropping : sequential<shape{16}, dense<shape{1, 16, 16}>, dropout> {};
  const auto gradient = [](std::int64_t start) {
    gan<dropping, critic, standard_gan, sgd> g(4, {}, {.learning_rate = 1}, 5);
    g.steps = start;
    const std::vector<float> before(std::as_const(g.generator).flat().begin(), std::as_const(g.generator).flat().end());
    g.step(images(4));
    std::vector<float> moved = before;
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= std::as_const(g.generator).flat()[i];
    return moved;
  };
  // A step is a pure function of its number: nothing of the steps before lingers in the tapes.
  gan<dropping, critic, standard_gan, sgd> g(4, {}, {.learning_rate = 1}, 5);
  const auto fresh = gradient(1);
  const std::vector<float> start(std::as_const(g.generator).flat().begin(), std::as_const(g.generator).flat().end());
  const parameters<critic> d = g.critic;
  const parameters<dropping> p = g.generator;
  g.step(images(4));
  g.generator = p, g.critic = d;
  g.step(images(4));
  for (std::size_t i = 0; i < start.size(); ++i)
    REQUIRE(start[i] - std::as_const(g.generator).flat()[i] == fresh[i]);
  CHECK(gradient(0) != fresh);
}

TEST_CASE("running statistics follow PyTorch's rule") {
  struct net : sequential<shape{1, 1, 2}, batch_norm> {};
  parameters<net, double> p;
  tape<net, double> t(2);
  t.load(std::vector<double>{1, 2, 3, 6});
  t.forward(p);
  t.commit(p);
  CHECK(p.state()[0] == Approx(0.1 * 3));                     // mean 3
  CHECK(p.state()[1] == Approx(0.9 + 0.1 * 14.0 / 3));        // variance with n − 1
}

TEST_CASE("a DCGAN critic does not see the energy scale of a whole batch") {
  // Convolutions without bias and leaky ReLU scale with their input, and the first batch norm divides that out: docs/training.md.
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

namespace {

struct four_batches {  // eight images each
  shape image() const { return generator::output; }
  std::int64_t steps_per_epoch(int) const { return 4; }
  void batch(std::int64_t, std::int64_t, int n, std::span<float> out) const { std::ranges::copy(images(n), out.begin()); }
};

}  // namespace

TEST_CASE("the trainer calls back, stops when told, and goes on where it was") {
  const auto weights = [](int stop_after) {
    small_gan g(8, {}, {}, 5);
    four_batches events;
    position at;
    int steps = 0, epochs = 0, prepared = 0;
    double sum = 0;
    const train_options options{.epochs = 2,
                                .prepare = [&](std::span<float>) { ++prepared; },
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
  small_gan g(8, {}, {}, 5);
  four_batches events;
  position at;
  const train_options options{
      .prepare = [](std::span<float> batch) { batch[0] = std::numeric_limits<float>::quiet_NaN(); }};
  CHECK_THROWS_WITH(train(g, events, options, at), has_text("epoch 0, step 0: the loss is not finite"));
}

namespace {

struct critic_first : standard_gan {  // as Wasserstein's critic: three turns, then both
  static turn at(std::int64_t step) { return {true, step % 4 == 3}; }
};

}  // namespace

TEST_CASE("a loss says whose turn a step is") {
  gan<generator, critic, critic_first, adam> g(8, {}, {}, 5);
  const auto x = images(8);
  const std::vector<float> start(std::as_const(g.generator).flat().begin(), std::as_const(g.generator).flat().end());
  const auto moved = [&] { return !std::ranges::equal(start, std::as_const(g.generator).flat()); };
  for (int i = 0; i < 3; ++i) {
    CHECK(g.step(x).generator_loss == 0);
    CHECK_FALSE(moved());
  }
  CHECK(g.step(x).generator_loss != 0);
  CHECK(moved());
  CHECK((g.critic_moments.steps == 4 && g.generator_moments.steps == 1));
}

namespace {

struct brightness {  // Σ pixels of the batch, ten times
  double operator()(std::span<const float> events, std::span<float> gradient) const {
    double sum = 0;
    for (const float e : events) sum += 10 * double(e);
    for (float& g : gradient) g += 10;
    return sum;
  }
};
/// How far a penalty moves the generator's weights in one step of plain descent, and what a step without it would do.
template <class Generator, class Critic>
void check_event_penalty() {
  const auto gradient = [&]<class Penalty>(Penalty p, double& value) {
    gan<Generator, Critic, standard_gan, sgd, no_penalty, local_reducer, Penalty> g(4, {}, {.learning_rate = 1}, 5, {}, {}, {}, p);
    std::vector<float> before(std::as_const(g.generator).flat().begin(), std::as_const(g.generator).flat().end());
    const std::vector<float> x(std::size_t(4) * Generator::output.size(), 0.5f);
    value = g.step(x).event_penalty;
    for (std::size_t i = 0; i < before.size(); ++i) before[i] -= std::as_const(g.generator).flat()[i];
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
  std::vector<float> z(std::size_t(4) * Generator::input.size());
  fill_latents(std::span(z), Generator::input.size(), 5, 0);
  made.load(z);
  made.forward(p);
  made.load_output_gradient(std::vector<float>(std::size_t(4) * Generator::output.size(), 10.f));
  made.backward(p, &alone, false);
  double largest = 0;
  for (const float g : std::as_const(alone).flat()) largest = std::max(largest, double(std::abs(g)));
  for (std::size_t i = 0; i < with.size(); ++i)
    REQUIRE(with[i] - plain_step[i] == Approx(std::as_const(alone).flat()[i]).margin(1e-4 * largest));
}

}  // namespace

TEST_CASE("a penalty on events adds its gradient to the generator's") {
  check_event_penalty<generator, critic>();
  constexpr dcgan_options colours{.size = 16, .channels = 3, .filters = 8, .noise = 16};  // stored in blocks
  check_event_penalty<dcgan_generator<colours, sigmoid>, dcgan_critic<colours>>();
}

TEST_CASE("a decaying optimizer halves its steps, whatever the number of epochs") {
  const auto after = [](auto optimizer, int steps) {
    typename decltype(optimizer)::template state<double> s(1);
    std::vector<double> w{1};
    const std::vector<double> g{1};
    for (int i = 0; i < steps; ++i) optimizer.template step<double>(s, w, g);
    return w[0];
  };
  CHECK(after(decaying<sgd>{{0.1}, 2}, 1) == Approx(0.9));
  CHECK(after(decaying<sgd>{{0.1}, 2}, 3) == Approx(1 - 0.1 * (1 + std::sqrt(0.5) + 0.5)));
  CHECK(after(decaying<sgd>{{0.1}, 0}, 3) == Approx(0.7));
  CHECK(after(decaying<adam>{{0.1}, 5}, 1) == Approx(after(adam{0.1}, 1)));
}

TEST_CASE("energy transforms are inverted, keep zeros, and keep the order of energies") {
  for (const char* name : {"linear", "sqrt", "power:0.25", "log"}) {
    INFO(name);
    const data::energy_transform t(name, 4e6);
    std::vector<float> x{0, 500, 501, 2e3f, 1e5f, 4e6f}, y = x;
    t.to_pixels(y);
    CHECK(y[0] == 0);
    CHECK(y[5] == Approx(1));
    CHECK(std::ranges::is_sorted(y));
    CHECK(y[2] > static_cast<float>(t.pixel(500)));  // a cut on energies is a cut on pixels
    t.to_energies(y);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(y[i] == Approx(x[i]).epsilon(1e-5));
    const double p = 0.1, h = 1e-4;
    CHECK(t.slope(p) == Approx((t.energy(p + h) - t.energy(p - h)) / (2 * h)).epsilon(1e-4));
  }
  CHECK_THROWS_WITH(data::energy_transform("cube"), has_text("--transform: found cube, expected linear, sqrt, log"));
  CHECK_THROWS_AS(data::energy_transform("power:0"), error);
  CHECK_THROWS_AS(data::energy_transform("power:x"), error);
  CHECK_THROWS_AS(data::energy_transform("sqrt", -1), error);
}

TEST_CASE("optimizers follow their papers") {
  const auto after = [](auto optimizer, int steps) {
    typename decltype(optimizer)::template state<double> s(1);
    std::vector<double> w{1};
    for (int i = 0; i < steps; ++i) {
      const std::vector<double> g{2 * w[0]};
      optimizer.template step<double>(s, w, g);
    }
    return w[0];
  };
  CHECK(after(sgd{0.1, 0}, 1) == Approx(0.8));
  CHECK(after(sgd{0.1, 0.9}, 2) == Approx(0.8 - 0.1 * (0.9 * 2 + 1.6)));
  CHECK(after(adam{0.1, 0.5, 0.999, 1e-8}, 1) == Approx(0.9).epsilon(1e-6));
  CHECK(after(rmsprop{0.1, 0.99, 1e-8}, 1) == Approx(1 - 0.1 * 2 / (std::sqrt(0.01 * 4) + 1e-8)));
}

TEST_CASE("initialisers draw what they say") {
  parameters<critic, double> p;
  initialise(p, pytorch_uniform{}, 1);
  const auto w = p.entries()[0];  // 1 → 8 channels, fan-in 16
  double largest = 0;
  for (int i = 0; i < w.at.count; ++i) largest = std::max(largest, std::abs(p.flat()[w.at.offset + i]));
  CHECK(largest <= 0.25);
  CHECK(largest > 0.23);
  initialise(p, truncated_normal{0.02}, 1);
  for (const auto& e : p.entries())
    if (e.name.find("weight") != std::string::npos)
      for (int i = 0; i < e.at.count; ++i) REQUIRE(std::abs(p.flat()[e.at.offset + i]) <= 0.04);
}

TEST_CASE("a checkpoint brings back every number and refuses what it is not") {
  parameters<generator> p, q;
  initialise(p, normal{0.1}, 3);
  p.scalars()[0] = 0.25f;
  checkpoint c;
  save(c, "generator", p);
  const auto path = scratch("a.ckpt");
  c.write(path);
  const auto back = checkpoint::read(path);
  load(back, "generator", q);
  CHECK(std::ranges::equal(std::as_const(p).flat(), std::as_const(q).flat()));
  CHECK(q.scalars()[0] == 0.25f);

  parameters<generator, float, backend::reference> elsewhere;  // another backend, the same network
  load(back, "generator", elsewhere);
  CHECK(std::ranges::equal(std::as_const(p).flat(), std::as_const(elsewhere).flat()));
  bool threshold_named = false;
  for (const auto& e : p.entries()) threshold_named |= e.in == block::scalars && e.at.count == 1;
  CHECK(threshold_named);

  parameters<dcgan_generator<dcgan_options{.size = 16, .channels = 1, .filters = 16, .noise = 16}>> other;
  CHECK_THROWS_WITH(load(back, "generator", other), has_text("another network"));

  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(400);
  file.put('!');
  file.close();
  CHECK_THROWS_WITH(checkpoint::read(path), has_text("checksum"));
  std::filesystem::resize_file(path, 300);
  CHECK_THROWS_WITH(checkpoint::read(path), has_text("checksum"));
  std::filesystem::resize_file(path, 3);
  CHECK_THROWS_WITH(checkpoint::read(path), has_text("no hepgan checkpoint"));
  std::filesystem::remove(path);
  CHECK_THROWS_WITH(checkpoint::read(path), has_text("no such checkpoint"));
  CHECK_THROWS_AS(c.write("/nonexistent/folder/x.ckpt"), error);
}
