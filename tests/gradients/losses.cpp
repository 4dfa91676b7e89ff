// Losses through both networks: what a critic's step and a generator's give, against central differences in double, for
// critics of every kind of linear layer.
#include <hepgan/layers/layers.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/loss/standard.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/compose.hpp>
#include <limits>

#include "differences.hpp"
#include "held_plans.hpp"

using namespace hepgan;

namespace {

// Without kinks. The critics have one score, or an embedding.
struct generator : sequential<shape{3}, dense<shape{2, 3, 3}, bias>, hepgan::tanh,
                              conv2d_transpose<1, kernel<4>, stride<2>, pad<1>, bias>, softplus> {};
template <int Outputs>
struct of_convolutions : sequential<shape{1, 6, 6}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                    conv2d<4, kernel<3>, bias>, softplus, dense<Outputs, bias>> {};
template <int Outputs>
struct of_transposed : sequential<shape{1, 6, 6}, conv2d_transpose<2, kernel<2>, bias>, hepgan::tanh,
                                  conv2d_transpose<3, kernel<2>, stride<2>>, softplus,
                                  conv2d_transpose<Outputs, kernel<1>, bias>, average_pool<14>> {};
template <int Outputs>
struct of_dense
    : sequential<shape{1, 6, 6}, dense<7, bias>, hepgan::tanh, dense<5, bias>, softplus, dense<Outputs, bias>> {};

template <class Loss>
void check(const Loss& loss) {
  CHECK(test::difference_of_both_steps<generator, of_convolutions<1>>(loss) < 1e-7);
  CHECK(test::difference_of_both_steps<generator, of_transposed<1>>(loss) < 1e-7);
  CHECK(test::difference_of_both_steps<generator, of_dense<1>>(loss) < 1e-7);
}
template <class Loss>
void check_held(const Loss& loss) {
  const auto hold = [](const Loss& l, rows<const double> real, rows<const double> fake) {
    return test::hold(l, real, fake);
  };
  CHECK(test::difference_of_both_steps<generator, of_convolutions<4>>(loss, hold) < 1e-7);
  CHECK(test::difference_of_both_steps<generator, of_transposed<4>>(loss, hold) < 1e-7);
  CHECK(test::difference_of_both_steps<generator, of_dense<4>>(loss, hold) < 1e-7);
}

}  // namespace

TEST_CASE("losses over scores have the gradients that differences have, through both networks") {
  SECTION("standard") { check(standard_gan{}); }
  SECTION("saturating, with labels smoothed") { check(standard_gan{{}, true, 0.9}); }
  SECTION("least squares") { check(least_squares{}); }
  SECTION("hinge") { check(hinge{}); }
  SECTION("relativistic") { check(relativistic_average{}); }
  SECTION("Wasserstein") { check(wasserstein{}); }
  SECTION("Wasserstein with drift") { check(wasserstein{{}, 0.1}); }
}

TEST_CASE("a drift of Wasserstein's scores that would lead nowhere, or away, is refused") {
  std::vector<double> score(2), d(2);
  const auto critic = [&](double drift) { return wasserstein{{}, drift}.critic<double>(score, score, d, d); };
  CHECK_THROWS_WITH(critic(-1), "wasserstein: found drift = -1, expected a number from 0 on");
  CHECK_THROWS_WITH(critic(NAN), "wasserstein: found drift = nan, expected a number from 0 on");
  CHECK(critic(1) == 0);
}

TEST_CASE("losses of optimal transport have the gradients that differences have, the plans held") {
  const double lambda = 20, tolerance = 1e-11;
  SECTION("energy distance") { check_held(optimal_transport_of<cosine_cost>{{}, {lambda, tolerance, 1000000}}); }
  SECTION("energy distance, Euclidean") {
    check_held(optimal_transport_of<euclidean_cost>{{}, {lambda, tolerance, 1000000}});
  }
  SECTION("Sinkhorn divergence") { check_held(sinkhorn_divergence_of<cosine_cost>{{}, {lambda, tolerance, 1000000}}); }
}

namespace {

template <class Loss>
double loss_check(const Loss& loss) {
  std::vector<double> real{0.3, -1.2, 2.5}, fake{-0.7, 1.1, 0.2}, dr(3), df(3), unused(3);
  const auto critic = [&] { return loss.template critic<double>(real, fake, unused, unused); };
  const auto generator = [&] { return loss.template generator<double>(real, fake, unused); };
  loss.template critic<double>(real, fake, dr, df);
  const double of_real = test::difference(dr, real, 1e-5, critic), of_fake = test::difference(df, fake, 1e-5, critic);
  loss.template generator<double>(real, fake, df);
  return std::max({of_real, of_fake, test::difference(df, fake, 1e-5, generator)});
}

}  // namespace

TEST_CASE("the standard loss's gradients agree with central differences") {
  CHECK(loss_check(standard_gan{}) < 1e-9);
  CHECK(loss_check(standard_gan{{}, true, 0.9}) < 1e-9);
}

TEST_CASE("the gradients of other losses over scores agree with central differences") {
  CHECK(loss_check(least_squares{}) < 1e-9);
  CHECK(loss_check(hinge{}) < 1e-9);
  CHECK(loss_check(wasserstein{}) < 1e-9);
  CHECK(loss_check(wasserstein{{}, 0.1}) < 1e-9);
  CHECK(loss_check(relativistic_average{}) < 1e-9);
}

TEST_CASE("a score that is no number makes a loss that is none") {
  const std::vector<double> bad{1, std::nan("")}, good{1, 2};
  std::vector<double> d(2), e(2);
  const auto check = [&](const auto& loss) {
    CHECK(std::isnan(loss.template critic<double>(bad, good, d, e)));
    CHECK(std::isnan(loss.template critic<double>(good, bad, d, e)));
  };
  check(standard_gan{}), check(least_squares{}), check(hinge{}), check(wasserstein{}), check(relativistic_average{});
}

TEST_CASE("a critic that is sure beyond all numbers, and right, has no loss") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> real{infinity, infinity}, fake{-infinity, -infinity};
  std::vector<double> d{1, 1}, e{1, 1};
  const std::vector<double> zero{0, 0};
  CHECK(standard_gan{}.critic<double>(real, fake, d, e) == 0);
  CHECK((d == zero && e == zero));
  CHECK(std::isinf(standard_gan{}.critic<double>(fake, real, d, e)));
  CHECK(std::isinf(standard_gan{}.generator<double>(real, fake, e)));
}

TEST_CASE("losses over scores are their papers'") {
  const std::vector<double> real{2, -0.5}, fake{-3, 0.5};
  std::vector<double> d(2), e(2);
  const auto critic = [&](const auto& loss) { return loss.template critic<double>(real, fake, d, e); };
  const auto generator = [&](const auto& loss) { return loss.template generator<double>(real, fake, e); };
  CHECK(critic(least_squares{}) == Approx((1 + 2.25 + 9 + 0.25) / 4));
  CHECK(generator(least_squares{}) == Approx((16 + 0.25) / 4));
  CHECK(critic(hinge{}) == Approx((0 + 1.5 + 0 + 1.5) / 2));
  CHECK(generator(hinge{}) == Approx(1.25));
  CHECK(critic(wasserstein{}) == Approx(-1.25 - 0.75));
  CHECK(generator(wasserstein{}) == Approx(1.25));
  CHECK(critic(wasserstein{{}, 0.1}) == Approx(-1.25 - 0.75 + 0.1 * 2.125));
  const auto log_of = [](double x) { return std::log1p(std::exp(x)); };
  CHECK(critic(relativistic_average{}) == Approx((log_of(-3.25) + log_of(-0.75) + log_of(-3.75) + log_of(-0.25)) / 2));
  CHECK(generator(relativistic_average{}) == Approx((log_of(3.75) + log_of(0.25) + log_of(3.25) + log_of(0.75)) / 2));
}
