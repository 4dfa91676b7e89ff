// Networks that grow: the names that carry weights over, and the fade that begins where the smaller network was.
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>

#include "catch.hpp"

using namespace hepgan;

namespace {

constexpr progressive_options small{.size = 16, .channels = 1, .filters = 4, .most = 16, .noise = 8};
template <int Level>
using generator = progressive_generator<small, Level>;
template <int Level>
using critic = progressive_critic<small, Level>;
constexpr progressive_options told{.size = 16, .channels = 1, .filters = 4, .most = 16, .noise = 8, .conditions = 2};
static_assert(generator<2>::output == shape{1, 16, 16});
static_assert(in_precision<precision::bf16, generator<2>>::level == 2);
static_assert(critic<1>::input == shape{1, 8, 8} && critic<1>::output == shape{1});

template <class N, class Real = float>
parameters<N, Real> drawn(std::uint64_t seed) {
  parameters<N, Real> p;
  initialise(p, normal{1}, seed);
  return p;
}
template <class Real>
std::vector<Real> noise(std::size_t n) {
  const random_stream r(5, purpose::user);
  std::vector<Real> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = Real(r.normal(i));
  return x;
}
/// Under conditions that are always the same, if there are some.
template <class N, class Real>
std::vector<Real> outputs(const parameters<N, Real>& p, int batch, const std::vector<Real>& x) {
  tape<N, Real> t(batch);
  t.load(x), t.load_conditions(noise<Real>(batch * conditions_of<N>));
  const auto y = t.forward(p);
  return {y.begin(), y.end()};
}
/// Each pixel four times.
template <class Real>
std::vector<Real> enlarged(const std::vector<Real>& x, int events, int size) {
  std::vector<Real> y;
  for (int e = 0; e < events; ++e)
    for (int h = 0; h < 2 * size; ++h)
      for (int w = 0; w < 2 * size; ++w) y.push_back(x[(e * size + h / 2) * size + w / 2]);
  return y;
}

template <class Networks, class Real>
void grows_from_what_it_was() {
  using generator_0 = typename Networks::template generator<0>;
  using generator_1 = typename Networks::template generator<1>;
  using generator_2 = typename Networks::template generator<2>;
  const int batch = 8;
  const auto z = noise<Real>(batch * 8);
  const auto g0 = drawn<generator_0, Real>(1);
  auto g1 = drawn<generator_1, Real>(2);
  grow(g0, g1), fade(g1, 0);
  const auto first = outputs(g0, batch, z);
  const auto agree = [](const std::vector<Real>& found, const std::vector<Real>& expected) {
    REQUIRE(found.size() == expected.size());
    if (std::is_same_v<Real, double>) return found == expected;
    for (std::size_t i = 0; i < found.size(); ++i)  // production's networks of two sizes may run on other kernels
      if (!(found[i] == Approx(expected[i]).epsilon(0).margin(1e-5))) return false;
    return true;
  };
  CHECK(agree(outputs(g1, batch, z), enlarged(first, batch, 4)));
  fade(g1, 1);
  auto g2 = drawn<generator_2, Real>(3);
  grow(g1, g2), fade(g2, 0);
  CHECK(agree(outputs(g2, batch, z), enlarged(outputs(g1, batch, z), batch, 8)));
  CHECK_FALSE(agree(outputs(g1, batch, z), enlarged(first, batch, 4)));

  const auto c0 = drawn<typename Networks::template critic<0>, Real>(4);
  auto c1 = drawn<typename Networks::template critic<1>, Real>(5);
  grow(c0, c1), fade(c1, 0);
  const auto x = noise<Real>(batch * 16);
  const auto found = outputs(c1, batch, enlarged(x, batch, 4)), expected = outputs(c0, batch, x);
  for (int i = 0; i < batch; ++i)
    CHECK(found[i] == Approx(expected[i]).epsilon(1e-5).margin(std::is_same_v<Real, double> ? 0 : 1e-5));
}

}  // namespace

TEST_CASE("a grown network begins as the smaller one, enlarged exactly") {
  grows_from_what_it_was<progressive<small>, double>();
  grows_from_what_it_was<progressive<small>, float>();
  grows_from_what_it_was<progressive<told>, double>();
  grows_from_what_it_was<progressive<told>, float>();
  grows_from_what_it_was<projected_progressive<told>, double>();
  grows_from_what_it_was<projected_progressive<told>, float>();
}

TEST_CASE("weights are carried over by name, wherever the names stand") {
  auto g1 = drawn<generator<1>>(1), other = drawn<generator<1>>(2);
  auto g2 = drawn<generator<2>>(3);
  const auto copied = transfer(g1, g2);
  CHECK(copied == parameter_count<generator<1>> - (16 + 1));  // all but "to image 0"
  CHECK(transfer(g1, other) == parameter_count<generator<1>>);
  CHECK(std::ranges::equal(g1.flat(), other.flat()));
  struct unnamed : sequential<shape{8}, dense<4>> {};
  struct larger : sequential<shape{8}, dense<4>, relu> {};
  parameters<larger> l;
  CHECK(transfer(drawn<unnamed>(1), l) == 0);
}

TEST_CASE("a level trains under the gradient penalty, and the fade reaches both networks") {
  gan<generator<1>, critic<1>, wasserstein, adam, gradient_penalty> g(
      8, {.loss = {{}, 1e-3}, .optimizer = {1e-3, 0, 0.99}}, 5, normal{1});
  fade(g.generator, 0.25), fade(g.critic, 0.25);
  const auto x = noise<float>(8 * 64);
  for (int i = 0; i < 10; ++i) {
    const auto r = g.step(x);
    CHECK(std::isfinite(r.critic_loss));
  }
  CHECK(g.generator.scalars("fade_in")[0] == 0.25f);
  CHECK(g.critic.scalars("fade_out")[0] == 0.25f);
}
