// Backward against central differences, in double.
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/gradient_check.hpp>

#include "../laws/agreement.hpp"
#include "../support/catch.hpp"

using namespace hepgan;

// A user's own layers, as the documentation shows them.
struct cell_threshold : pointwise {
  static constexpr const char* name = "cell_threshold";
  template <class T>
  static T value(T e) {
    using maths::select;
    return select(e <= T(0.1), T(0), e);
  }
  template <class T>
  static T slope(T e) {
    using maths::select;
    return select(e > T(0.1), T(1), T(0));
  }
};
struct pixel_scale : linear_map {
  static constexpr const char* name = "pixel_scale";
  static constexpr shape output(shape in) { return in; }
  static constexpr int weights(shape in) { return in.size(); }
  template <class F>
  static constexpr void terms(shape in, F f) {
    for (int i = 0; i < in.size(); ++i) f(i, i, i);
  }
};

struct wrong : pointwise {  // its slope is 2x
  template <class T>
  static T value(T x) {
    return x * x;
  }
  template <class T>
  static T slope(T x) {
    return x;
  }
};

struct everything
    : sequential<shape{3}, dense<shape{4, 4, 4}, bias>, batch_norm, leaky_relu,
                 conv2d_transpose<2, kernel<4>, stride<2>, pad<1>, circular<axis::phi>, bias>, hepgan::tanh,
                 parallel<concat, conv2d<3, kernel<3>, pad<1>>, pixel_scale>, softplus,
                 parallel<sum, chain<>, conv2d<5, kernel<1>>>, shared<1, conv2d<5, kernel<3>, pad<1>, bias>>, sigmoid,
                 shared<1, conv2d<5, kernel<3>, pad<1>, bias>>, cell_threshold, dense<2, bias>> {};

TEST_CASE("every layer's gradient agrees with central differences") { CHECK(gradient_check<everything>(4) < 1e-6); }
TEST_CASE("a user's own layers run in floats as in doubles") {
  const auto found = test::evaluate<everything, float, backend::onednn>(8).y;
  const auto expected = test::evaluate<everything, double, backend::reference>(8).y;
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-3).margin(1e-4));
}
TEST_CASE("layers with kinks, and a mask drawn once, agree away from the kinks") {
  struct net : sequential<shape{2, 6, 6}, conv2d<3, kernel<3>, bias>, relu, conv2d_transpose<2, kernel<3>>, threshold,
                          random_roll<axis::phi>, dropout, random_flip<axis::eta>, dense<6>, batch_norm,
                          leaky_relu_of<1, 10>> {};
  CHECK(gradient_check<net>(3) < 1e-6);
}
TEST_CASE("the DCGAN's gradients agree with central differences") {
  CHECK(gradient_check<dcgan_critic<dcgan_options{.size = 16, .filters = 2}>>(3) < 1e-6);
  CHECK(gradient_check<dcgan_generator<dcgan_options{.size = 16, .filters = 2, .noise = 5}, hepgan::tanh>>(3) < 1e-6);
}
TEST_CASE("a wrong slope is found") {
  struct net : sequential<shape{5}, wrong> {};
  CHECK(gradient_check<net>(2) > 0.1);
}

namespace {

template <class Loss>
double loss_check(const Loss& loss) {
  std::vector<double> real{0.3, -1.2, 2.5}, fake{-0.7, 1.1, 0.2}, dr(3), df(3), unused(3);
  const auto critic = [&] { return loss.template critic<double>(real, fake, unused, unused); };
  const auto generator = [&] { return loss.template generator<double>(real, fake, unused); };
  double worst = 0;
  const auto compare = [&](auto f, std::vector<double>& at, const std::vector<double>& d) {
    for (std::size_t i = 0; i < at.size(); ++i) {
      const double x = at[i], h = 1e-5;
      at[i] = x + h;
      const double up = f();
      at[i] = x - h;
      const double down = f();
      at[i] = x;
      worst = std::max(worst, std::abs((up - down) / (2 * h) - d[i]));
    }
  };
  loss.template critic<double>(real, fake, dr, df);
  compare(critic, real, dr);
  compare(critic, fake, df);
  loss.template generator<double>(real, fake, df);
  compare(generator, fake, df);
  return worst;
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
