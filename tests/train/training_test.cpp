// Training: reproducible, independent of threads where promised, nothing allocated in the loop, checkpoints that hold.
#include "catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <new>

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
