// Weights in use that are a function of the canonical ones: spectral normalisation, against differences and against an
// SVD.
#if HEPGAN_HAS_EIGEN
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"  // g++ 12 warns of its own intrinsics (GCC bug 105593)
#endif
#include <Eigen/Dense>
#endif
#include <hepgan/dcgan.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/penalty/r1.hpp>

#include "differences.hpp"

using namespace hepgan;

namespace {

struct mixed : sequential<shape{1, 8, 8},
                          spectral_normed<chain<conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                                conv2d_transpose<2, kernel<2>, stride<2>>>>,
                          hepgan::tanh, conv2d<2, kernel<3>>, spectral_normed<dense<1, bias>>> {};

/// A user's own: the same matrix [out][in] on the channels of every pixel, without kernels but the reference.
template <int Out>
struct on_channels : linear_map {
  static constexpr const char* name = "on_channels";
  static constexpr shape output(shape in) { return {Out, in.height, in.width}; }
  static constexpr int weights(shape in) { return Out * in.channels; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    for (int out = 0; out < Out; ++out)
      for (int c = 0; c < in.channels; ++c)
        for (int i = 0; i < in.pixels(); ++i) f(out * in.channels + c, c * in.pixels() + i, out * in.pixels() + i);
  }
};
struct of_own_map : sequential<shape{3, 2, 4}, spectral_normed<on_channels<5>>, hepgan::tanh, dense<1, bias>> {};

constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
struct normed_critic : spectral_normed<dcgan_critic<small, no_norm>> {};

struct halved {
  static constexpr const char* name = "halved";
  static constexpr int state(const weight_extents&) { return 0; }
  template <class Real>
  static void prepare(const weight_extents& e, const Real* w, const Real*, Real* in_use) {
    for (int i = 0; i < e.count(); ++i) in_use[i] = w[i] / 2;
  }
  template <class Real>
  static void finish(const weight_extents& e, const Real*, const Real*, const Real* d_in_use, Real* d) {
    for (int i = 0; i < e.count(); ++i) d[i] += d_in_use[i] / 2;
  }
};

bool preparation_fails = false, move_fails = false;
struct failing : halved {
  template <class Real>
  static void prepare(const weight_extents& e, const Real* w, const Real* state, Real* in_use) {
    if (preparation_fails) throw error("out of something");
    halved::prepare(e, w, state, in_use);
  }
};

/// w times a state that counts up, and says so late.
struct counted : halved {
  static constexpr state_moves moves = state_moves::at_step;
  static constexpr int state(const weight_extents&) { return 1; }
  template <class Real>
  static void begin(const weight_extents&, Real* state) {
    *state = 1;
  }
  template <class Real>
  static void advance(const weight_extents&, const Real*, Real* state) {
    *state += 1;
    if (move_fails) throw error("out of something");
  }
  template <class Real>
  static void prepare(const weight_extents& e, const Real* w, const Real* state, Real* in_use) {
    for (int i = 0; i < e.count(); ++i) in_use[i] = *state * w[i];
  }
};

}  // namespace

TEST_CASE("gradients come back through spectral normalisation, twice too") {
  CHECK(gradient_check<mixed>(3) < 1e-7);
  CHECK(gradient_check<of_own_map>(3) < 1e-7);
  CHECK(test::penalty_difference<mixed>(2, 0.4, 1e-6, r1{}.term(2)) < 1e-7);
  CHECK(test::penalty_difference<of_own_map>(2, 0.4, 1e-4, r1{}.term(2)) < 1e-7);
}

#if HEPGAN_HAS_EIGEN
namespace {

/// The largest singular value of every normed map is 1 after many power iterations; returns how many there are.
template <class N>
int check_singular_values() {
  parameters<N, double> p;
  initialise(p, he_uniform{}, 3);
  settle(p, 200);
  int checked = 0;
  for (const op& o : p.program_for().ops) {
    if (!o.reparametrised()) continue;
    const auto e = weight_extents_of(o);
    Eigen::MatrixXd used(e.out, e.outer * e.inner), canonical = used;
    for (int i = 0; i < e.count(); ++i) {
      const int row = i / e.inner % e.out, column = i / (e.inner * e.out) * e.inner + i % e.inner;
      used(row, column) = p.in_use().weights[o.weights.offset + i];
      canonical(row, column) = p.flat()[o.weights.offset + i];
    }
    CHECK(Eigen::JacobiSVD<Eigen::MatrixXd>(used).singularValues()(0) == Approx(1).epsilon(1e-6));
    CHECK(Eigen::JacobiSVD<Eigen::MatrixXd>(canonical).singularValues()(0) != Approx(1).epsilon(1e-2));
    ++checked;
  }
  return checked;
}

}  // namespace

TEST_CASE("power iterations come to the largest singular value") {
  CHECK(check_singular_values<mixed>() == 3);
  CHECK(check_singular_values<of_own_map>() == 1);
}
#endif

TEST_CASE("in production spectral normalisation is the reference's") {
  parameters<normed_critic> p;
  parameters<normed_critic, double> exact;
  initialise(p, he_uniform{}, 3);
  exact.update([&](auto to) { std::ranges::copy(p.flat(), to.begin()); });
  exact.update_state([&](auto to) { std::ranges::copy(p.state(), to.begin()); });
  const int batch = GENERATE(5, 9);  // few, many
  std::vector<float> x(batch * 256);
  const random_stream r(4, purpose::user);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(r.normal(i));
  tape<normed_critic> t(batch);
  tape<normed_critic, double> oracle(batch);
  t.load(x), oracle.load(std::vector<double>(x.begin(), x.end()));
  const auto y = t.forward(p);
  const auto expected = oracle.forward(exact);
  CHECK(test::distance(y, expected) < 1e-5);
  gradients<normed_critic> g;
  gradients<normed_critic, double> exact_g;
  std::ranges::fill(t.output_gradient(), 1.f), std::ranges::fill(oracle.output_gradient(), 1.0);
  t.backward(p, &g, false), oracle.backward(exact, &exact_g, false);
  CHECK(test::distance(g.flat(), exact_g.flat()) < 1e-4);
}

TEST_CASE("weights of zero leave the state of a spectral norm as it is") {
  using map = sequential<shape{5}, reparametrised<spectral_norm, dense<3>>>;
  parameters<map> p;
  p.update([](auto w) { std::ranges::fill(w, 0.f); });
  p.advance(state_moves::at_step);
  tape<map> t(2);
  t.load(std::vector<float>(10, 1.f));
  t.forward(p);
  t.load_output_gradient(std::vector<float>(6, 1.f));
  gradients<map> g;
  t.backward(p, &g, false);
  CHECK(g.flat()[0] == Approx(2));
  p.update([](auto w) { std::ranges::fill(w, 0.5f); });
  CHECK(p.in_use().weights[0] == Approx(0.5 / (0.5 * std::sqrt(15.0))));  // sigma of a matrix of one number
}

TEST_CASE("a spectrally normed critic trains in the trainer as it is, and its state moves once a step") {
  using generator = dcgan_generator<small>;
  gan<generator, normed_critic, standard_gan, adam> g(4, {.optimizer = {1e-3}}, 5);
  const std::vector<float> x(4 * 256, 0.3f);
  g.step(x);
  const std::vector<float> first(g.critic.state().begin(), g.critic.state().end());
  parameters<normed_critic> once = g.critic;
  once.advance(state_moves::at_step);
  g.step(x);
  CHECK(std::ranges::equal(g.critic.state(), once.state()));
  CHECK_FALSE(std::ranges::equal(first, once.state()));
  checkpoint c;
  save(c, "critic", g.critic);
  parameters<normed_critic> back;
  load(c, "critic", back);
  CHECK(std::ranges::equal(back.state(), g.critic.state()));
  parameters<dcgan_critic<small, no_norm>> other;
  CHECK_THROWS_WITH(load(c, "critic", other), has_text("another network"));
}

TEST_CASE("on request the state moves after each update of the weights") {
  using generator = dcgan_generator<small>;
  struct updated : reparametrised<spectral_norm_at_update, dcgan_critic<small, no_norm>> {};
  gan<generator, updated, standard_gan, adam> g(4, {.optimizer = {1e-3}}, 5);
  g.step(std::vector<float>(4 * 256, 0.3f));
  const std::vector<float> after(g.critic.state().begin(), g.critic.state().end());
  parameters<updated> again = g.critic;
  again.advance(state_moves::at_step), again.advance(state_moves::at_update);  // it has moved for these weights
  CHECK(std::ranges::equal(again.state(), after));
  again.update([](auto) {});
  again.advance(state_moves::at_update);
  CHECK_FALSE(std::ranges::equal(again.state(), after));
}

TEST_CASE("one power iteration is the paper's") {
  using map = sequential<shape{3}, spectral_normed<dense<2>>>;
  parameters<map, double> p;
  p.update([](auto w) { std::ranges::copy(std::array{3., 0., 1., 1., 2., 0.}, w.begin()); });
  p.update_state([](auto s) { std::ranges::copy(std::array{0.6, 0.8, 1., 0., 0.}, s.begin()); });
  CHECK(p.in_use().weights[4] == Approx(2 / (0.6 * 3 + 0.8 * 1)));  // σ = uᵀWv of the state as it is
  p.advance(state_moves::at_step);
  // v = Wᵀu = {2.6, 1.6, 0.6}; Wv = {8.4, 5.8}: each by its length, and σ = uᵀWv = ‖Wv‖ = √(8.4² + 5.8²)/‖{2.6, 1.6,
  // 0.6}‖
  const double of_v = std::sqrt(2.6 * 2.6 + 1.6 * 1.6 + 0.6 * 0.6), of_wv = std::sqrt(8.4 * 8.4 + 5.8 * 5.8);
  CHECK(p.state()[0] == Approx(8.4 / of_wv));
  CHECK(p.state()[1] == Approx(5.8 / of_wv));
  CHECK(p.state()[2] == Approx(2.6 / of_v));
  CHECK(p.in_use().weights[4] == Approx(2 * of_v / of_wv));
}

TEST_CASE("a shared map makes one power iteration for all its uses, and the inner of two reparametrisations wins") {
  using map = conv2d<4, kernel<3>, pad<1>>;
  struct once : sequential<shape{4, 6, 6}, spectral_normed<map>> {};
  struct twice : sequential<shape{4, 6, 6}, spectral_normed<shared<1, map>>, relu, spectral_normed<shared<1, map>>> {};
  parameters<once, double> a;
  parameters<twice, double> b;
  initialise(a, he_uniform{}, 3);
  b.update([&](auto to) { std::ranges::copy(a.flat(), to.begin()); });
  b.update_state([&](auto to) { std::ranges::copy(a.state(), to.begin()); });
  settle(a, 1), settle(b, 1);
  CHECK(std::ranges::equal(a.state(), b.state()));

  struct inner : reparametrised<halved, map> {};  // by another name, as networks are
  struct nested : sequential<shape{4, 6, 6}, spectral_normed<chain<inner, map>>> {};
  CHECK(gradient_check<nested>(1) < 1e-7);
  parameters<nested, double> p;
  initialise(p, he_uniform{}, 3);
  CHECK(p.in_use().weights[5] == Approx(p.flat()[5] / 2));
  CHECK(p.state().size() == 4 + 4 * 9);  // of the outer one's map alone
}

TEST_CASE("weights whose preparation failed are prepared again") {
  struct network : sequential<shape{4}, reparametrised<failing, dense<3>>> {};
  parameters<network, double> p;
  initialise(p, he_uniform{}, 3);
  preparation_fails = true;
  CHECK_THROWS(p.in_use());
  preparation_fails = false;
  CHECK(p.in_use().weights[5] == Approx(p.flat()[5] / 2));
}

TEST_CASE("a spectrally normed generator is differentiated at the weights that it ran with") {
  struct normed_generator : sequential<shape{16}, spectral_normed<conv2d_transpose<16, kernel<4>>>, hepgan::tanh,
                                       spectral_normed<conv2d_transpose<1, kernel<4>, stride<4>>>> {};
  struct generator_alone : standard_gan {
    static turn at(std::int64_t) { return {false, true}; }
  };
  gan<normed_generator, dcgan_critic<small>, generator_alone, sgd> g(4, {.optimizer = {.learning_rate = 1}}, 5);
  const parameters<normed_generator> before = g.generator;
  g.step(std::vector<float>(4 * 256, 0.3f));

  tape<normed_generator> made(4);
  tape<dcgan_critic<small>> on_real(4), on_fake(4);
  gradients<normed_generator> expected;
  std::vector<float> z;
  draw_latents(made, z, 5 ^ seed_of::generated, 0);  // as a training draws them
  made.forward(before);
  on_fake.load(made);
  generator_step(standard_gan{}, g.critic, on_real, on_fake, before, made, expected);
  std::vector<float> moved(before.flat().begin(), before.flat().end());
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= g.generator.flat()[i];
  CHECK(test::distance(moved, expected.flat()) < 1e-4);
  CHECK_FALSE(std::ranges::equal(before.state(), g.generator.state()));
}

TEST_CASE("weights are prepared again where their state moved and then failed") {
  struct network : sequential<shape{2}, reparametrised<counted, dense<2>>> {};
  parameters<network> p;
  p.update([](std::span<float> w) { std::ranges::fill(w, 1.f); });
  tape<network> t(1);
  t.load(std::vector<float>{1, 0});
  CHECK(t.forward(p)[0] == 1);
  move_fails = true;
  CHECK_THROWS_WITH(p.advance(state_moves::at_step), "out of something");
  move_fails = false;
  CHECK((p.state()[0] == 2 && t.forward(p)[0] == 2));
}
