// The gradient of a critic's input gradient against central differences of ½‖∇ₓD‖², R1's term, in double; and R1.
#include <hepgan/dcgan.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/net/input_gradient.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <hepgan/penalty/curvature_check.hpp>
#include <hepgan/penalty/r1.hpp>

#include "differences.hpp"

using namespace hepgan;

TEST_CASE("second derivatives of critics agree with differences") {
  struct piecewise : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                conv2d<4, kernel<3>, pad<0, 1>, circular<axis::phi>, bias>, relu, dense<1, bias>> {};
  CHECK(test::penalty_difference<piecewise>(3, 0.4, 1e-6, r1{}.term(3)) < 1e-7);
  struct bent : sequential<shape{2, 4, 4}, conv2d<3, kernel<3>, pad<1>, bias>, hepgan::tanh, conv2d<3, kernel<3>, bias>,
                           softplus, dense<4, bias>, sigmoid, dense<1, bias>> {};
  CHECK(test::penalty_difference<bent>(3, 0.4, 1e-4, r1{}.term(3)) < 1e-7);
  struct branched
      : sequential<shape{1, 4, 4},
                   parallel<concat, chain<conv2d<2, kernel<3>, pad<1>, bias>, hepgan::tanh>,
                            chain<conv2d<2, kernel<1>>, softplus>>,
                   shared<1, conv2d<4, kernel<3>, pad<1>>>,
                   parallel<sum, shared<1, conv2d<4, kernel<3>, pad<1>>>, chain<conv2d<4, kernel<1>, bias>, sigmoid>>,
                   dropout, random_roll<axis::phi>, conv2d_transpose<2, kernel<2>, stride<2>>, hepgan::tanh, dense<1>> {
  };
  CHECK(test::penalty_difference<branched>(2, 0.4, 1e-4, r1{}.term(2)) < 1e-7);
}

namespace {

/// x³/6 and its derivatives, the second of which may be wrong by a factor.
template <int Wrong>
struct cube : pointwise {
  template <class T>
  static T value(T x) {
    return x * x * x / T(6);
  }
  template <class T>
  static T slope(T x) {
    return x * x / T(2);
  }
  template <class T>
  static T curvature(T x) {
    return T(Wrong) * x;
  }
};
template <int Wrong>
struct cubic : sequential<shape{1, 4, 4}, conv2d<2, kernel<3>, bias>, cube<Wrong>, dense<1>> {};

}  // namespace

TEST_CASE("a curvature that is no second derivative shows in the check that is for it alone") {
  CHECK(curvature_check<cubic<1>>(3) < 1e-7);
  CHECK(curvature_check<cubic<3>>(3) > 0.1);
  CHECK(gradient_check<cubic<3>>(3) < 1e-7);
  struct told : dcgan_critic<dcgan_options{.size = 16, .filters = 2}, layer_norm> {};
  CHECK(curvature_check<told>(2, 50) < 1e-6);
  constexpr dcgan_options two{.size = 16, .filters = 2, .conditions = 2};
  struct projecting : dcgan_projection_critic<two, no_norm> {};
  CHECK(curvature_check<projecting>(2, 50) < 1e-6);
  CHECK_THROWS_WITH(curvature_check<told>(2, 0), has_text("found 0 samples, expected at least 1"));
}

namespace {

/// The gradient of ½Σ‖∇ₓD‖² in production against the oracle's, by weight.
template <class critic>
std::vector<float> second_order_in_production(int batch) {
  parameters<critic> p;
  parameters<critic, double> exact;
  initialise(p, he_uniform{}, 3);
  exact.update([&](auto to) { std::ranges::copy(p.flat(), to.begin()); });
  std::vector<float> x(std::size_t(batch) * critic::input.size());
  const random_stream r(4, purpose::user);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(r.normal(i));
  const std::vector<double> same(x.begin(), x.end());

  input_gradient<critic, double> reference(batch);
  gradients<critic, double> expected;
  std::ranges::copy(reference.evaluate(exact, same), reference.direction().begin());
  reference.pull_back(exact, expected);
  tape<critic> at(batch);
  at.load(x);
  input_gradient<critic> gradient(batch);
  gradients<critic> found;
  std::ranges::copy(gradient.evaluate(p, at.input()), gradient.direction().begin());
  gradient.pull_back(p, found);
  CHECK(test::distance(found.flat(), expected.flat()) < 1e-4);
  CHECK_THROWS_WITH(gradient.evaluate(p, std::span<const float>(x).first(7)), has_text("input_gradient::evaluate"));
  return {found.flat().begin(), found.flat().end()};
}

}  // namespace

TEST_CASE("second derivatives of bent, branching critics are the reference's in production") {
  struct critic
      : sequential<shape{3, 16, 16}, conv2d<16, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                   parallel<concat, chain<conv2d<16, kernel<3>, pad<1>>, softplus>, conv2d<16, kernel<1>, bias>>,
                   conv2d<32, kernel<4>, stride<2>, pad<1>>, sigmoid,
                   parallel<sum, chain<>, frozen<conv2d<32, kernel<3>, pad<1>, bias>>>, leaky_relu, dense<1>> {};
  const auto found = second_order_in_production<critic>(9);  // of many
  for (const auto& e : parameters<critic>().entries())
    if (e.name.rfind("6.", 0) == 0)  // frozen
      for (int i = 0; i < e.at.count; ++i) REQUIRE(found[e.at.offset + i] == 0);
}

TEST_CASE("second derivatives through norms are the reference's in production, padded channels and all") {
  struct critic : sequential<shape{1, 16, 16}, conv2d<20, kernel<4>, stride<2>, pad<1>>, layer_norm, leaky_relu,
                             conv2d<24, kernel<3>, pad<1>, bias>, pixel_norm, frozen<instance_norm>, hepgan::tanh,
                             conv2d<16, kernel<4>, stride<2>, pad<1>>, instance_norm, softplus,
                             mixing_allowed<with_minibatch_deviation<4>>, conv2d<8, kernel<3>, bias>, l2_normalisation,
                             dense<1>> {};
  static_assert(net_of<critic, default_backend<float>>::walked.reorders == 0);
  for (const int batch : {1, 6, 9}) {
    const auto found = second_order_in_production<critic>(batch);
    for (const auto& e : parameters<critic>().entries())
      if (e.name.rfind("5.", 0) == 0)  // frozen
        for (int i = 0; i < e.at.count; ++i) REQUIRE(found[e.at.offset + i] == 0);
  }
}

TEST_CASE("R1 in production is R1 of the reference, on real events or generated ones, and lazily as strong") {
  struct critic : dcgan_critic<dcgan_options{.size = 16, .channels = 1, .filters = 8, .noise = 16}, no_norm> {};
  parameters<critic> p;
  parameters<critic, double> exact;
  initialise(p, he_uniform{}, 3);
  exact.update([&](auto to) { std::ranges::copy(p.flat(), to.begin()); });
  const int batch = 5;
  std::vector<float> x(batch * 256);
  const random_stream r(4, purpose::user);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = r.uniform(2 * i) < 0.2 ? float(r.normal(2 * i + 1)) : 0.f;
  tape<critic> at(batch), elsewhere(batch);
  at.load(x);

  const std::vector<double> same(x.begin(), x.end());
  input_gradient<critic, double> gradient(batch);
  gradients<critic, double> expected;
  const auto slope = gradient.evaluate(exact, same);
  double square = 0;
  for (const double s : slope) square += s * s;
  for (std::size_t i = 0; i < slope.size(); ++i) gradient.direction()[i] = slope[i] * 2.0 / batch;
  gradient.pull_back(exact, expected);

  const auto check = [&](auto penalty, tape<critic>& real, tape<critic>& fake, double factor) {
    std::vector<double> times(expected.flat().begin(), expected.flat().end());
    for (double& e : times) e *= factor;
    typename decltype(penalty)::template workspace<critic> w(batch);
    gradients<critic> g;
    CHECK(penalty(p, real, fake, w, g, {1, 0, 8}) == Approx(factor * square / batch));
    CHECK(test::distance(g.flat(), times) < 1e-4);
    return penalty(p, real, fake, w, g, {1, 0, 9});
  };
  CHECK(check(r1{.gamma = 2}, at, elsewhere, 1) > 0);
  CHECK(check(r2{.gamma = 2}, elsewhere, at, 1) > 0);
  CHECK(check(r1{.gamma = 2, .every = 4}, at, elsewhere, 4) == 0);  // step 9 is not its turn
}
