// Penalties on a critic's slope, in double: values by their formulas, gradients against central differences.
#include <hepgan/dcgan.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>

#include "differences.hpp"

using namespace hepgan;

namespace {

struct of_convolutions : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                    conv2d<4, kernel<3>, bias>, softplus, dense<1, bias>> {};
struct of_transposed : sequential<shape{4}, conv2d_transpose<3, kernel<3>, bias>, softplus,
                                  conv2d_transpose<2, kernel<4>, stride<2>, pad<1>>, hepgan::tanh, dense<1>> {};
struct of_dense : sequential<shape{6}, dense<8, bias>, hepgan::tanh, dense<5, bias>, softplus, dense<1, bias>> {};
struct piecewise : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu, dense<1>> {};

template <class F>
void check(F f) {
  CHECK(test::penalty_difference<of_convolutions>(3, 0.4, 1e-4, f) < 1e-7);
  CHECK(test::penalty_difference<of_transposed>(3, 0.8, 1e-4, f) < 1e-7);
  CHECK(test::penalty_difference<of_dense>(3, 1.3, 1e-4, f) < 1e-7);
  CHECK(test::penalty_difference<piecewise>(3, 0.4, 1e-6, f) < 1e-7);
}

}  // namespace

TEST_CASE("the gradient penalty's own gradient agrees with central differences, one- and two-sided") {
  check(gradient_penalty{}.term(10, 3));
  check(gradient_penalty{.one_sided = true}.term(10, 3));
}

TEST_CASE("the gradients of R1 and R2 agree with central differences") {
  check(r1{.gamma = 3}.term(3));
  check(r2{.gamma = 2, .every = 4}.term(3));
}

TEST_CASE("the gradient penalty lies between the events, and its weight follows its schedule") {
  const std::vector<double> real{0, 0, 10, 10, 3, 3}, fake{1, 1, 20, 20, 3, 3};
  std::vector<double> between(6), later(6);
  const penalty_draw draw{.seed = 3, .event = 40, .critic_steps = 0};
  gradient_penalty::interpolate<double>(real, fake, 3, draw, between);
  for (int e = 0; e < 2; ++e) {  // one α for all of an event, another for the next
    CHECK(between[2 * e] == between[2 * e + 1]);
    CHECK((between[2 * e] > real[2 * e] && between[2 * e] < fake[2 * e]));
  }
  CHECK(between[0] != Approx((between[2] - 10) / 10));
  CHECK(between[4] == 3);
  gradient_penalty::interpolate<double>(real, fake, 3, {.seed = 3, .event = 41, .critic_steps = 0}, later);
  CHECK(later[0] == Approx((between[2] - 10) / 10));  // α belongs to the event, not to its place

  const gradient_penalty moving{.weight = 2, .final_weight = 10, .steps_to_final = 100};
  CHECK(moving.weight_at(0) == 2);
  CHECK(moving.weight_at(50) == 6);
  CHECK(moving.weight_at(500) == 10);
  CHECK(gradient_penalty{.weight = 7}.weight_at(500) == 7);
  const auto two_sided = gradient_penalty{}.term(8, 4), one_sided = gradient_penalty{.one_sided = true}.term(8, 4);
  CHECK(two_sided(0.5).value == Approx(2 * 0.25));
  CHECK(two_sided(0).slope_over_length == 0);
  CHECK(one_sided(0.5).value == 0);
  CHECK(std::isnan(one_sided(std::nan("")).value));
  CHECK(one_sided(3).value == Approx(two_sided(3).value));
}

TEST_CASE("a weight that is no number from 0 on is refused when a critic is penalised") {
  parameters<of_dense> critic;
  initialise(critic, he_uniform{}, 3);
  tape<of_dense> real(2), fake(2);
  const std::vector<float> x(12, 0.5f);
  real.load(x), fake.load(x);
  const auto refuses = [&](auto penalty, const std::string& found) {
    typename decltype(penalty)::template workspace<of_dense> w(2);
    gradients<of_dense> g;
    CHECK_THROWS_WITH(penalty(critic, real, fake, w, g, {1, 0, 0}),
                      "gradient penalty: found " + found + ", expected a number from 0 on");
  };
  constexpr double inf = std::numeric_limits<double>::infinity();
  refuses(r1{.gamma = std::nan("")}, "gamma = nan"), refuses(r2{.gamma = -1}, "gamma = -1");
  refuses(gradient_penalty{.weight = inf}, "weight = inf");
  refuses(gradient_penalty{.final_weight = -2, .steps_to_final = 9}, "final_weight = -2");
}

TEST_CASE("penalties through a norm at the first layer are the reference's, whose channels have no padding") {
  struct critic
      : sequential<shape{3, 8, 8}, layer_norm, conv2d<16, kernel<4>, stride<2>, pad<1>>, leaky_relu, dense<1>> {};
  parameters<critic> p;
  parameters<critic, double> exact;
  initialise(p, he_uniform{}, 3);
  exact.update([&](auto to) { std::ranges::copy(p.flat(), to.begin()); });
  constexpr int batch = 9;
  std::vector<float> x(std::size_t(batch) * critic::input.size());
  const random_stream r(4, purpose::user);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(r.normal(i));
  const auto penalty = gradient_penalty{}.term(10, batch);
  input_gradient<critic, double> oracle(batch);
  gradients<critic, double> expected;
  const std::vector<double> same(x.begin(), x.end());
  const double value = detail::penalise_slopes(oracle, exact, expected, oracle.evaluate(exact, same), penalty);
  tape<critic> at(batch);
  at.load(x);
  input_gradient<critic> gradient(batch);
  gradients<critic> found;
  CHECK(detail::penalise_slopes(gradient, p, found, gradient.evaluate(p, at.input()), penalty) ==
        Approx(value).epsilon(1e-5));
  CHECK(test::distance(found.flat(), expected.flat()) < 1e-4);
}
