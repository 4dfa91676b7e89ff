// Conditional networks: scores, their gradients through generator and critic, and penalties, against central
// differences in double and against the reference in production.
#include <hepgan/dcgan.hpp>
#include <hepgan/layers/fade.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>
#include <numeric>

#include "differences.hpp"

using namespace hepgan;

namespace {

// Without kinks, so that differences are exact.
struct maker : conditional<2, sequential<shape{5}, dense<shape{4, 3, 3}, bias>, hepgan::tanh,
                                         conv2d_transpose<1, kernel<4>, stride<2>, pad<1>, bias>, softplus>> {};
struct planes : conditional<2, sequential<shape{3, 6, 6}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                          conv2d<3, kernel<3>, bias>, softplus, dense<1, bias>>> {};
using three_scores = sequential<shape{1, 6, 6}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, hepgan::tanh,
                                conv2d<4, kernel<3>, bias>, softplus, dense<3, bias>>;
struct projected : projection<2, three_scores> {};

// Levels that fade in, as models/progressive.hpp has them but for their kinks.
struct half_in : fade_in {
  static constexpr double defaults[] = {0.5};
};
struct half_out : fade_out {
  static constexpr double defaults[] = {0.5};
};
template <class... Layers>
using equalised = reparametrised<equalised_learning_rate<>, chain<Layers...>>;
struct grown_maker
    : conditional<
          2, sequential<shape{6}, equalised<pixel_norm, dense<shape{3, 2, 2}, bias>, hepgan::tanh, pixel_norm,
                                            parallel<sum,
                                                     chain<nearest_up<2>, conv2d<2, kernel<3>, pad<1>, bias>, softplus,
                                                           pixel_norm, conv2d<1, kernel<1>, bias>, half_in>,
                                                     chain<conv2d<1, kernel<1>, bias>, nearest_up<2>, half_out>>>>> {};
template <int Planes, int Scores>
using grown_scores =
    sequential<shape{1 + Planes, 4, 4},
               equalised<parallel<sum,
                                  chain<conv2d<2, kernel<1>, bias>, hepgan::tanh, conv2d<3, kernel<3>, pad<1>, bias>,
                                        average_pool<2>, softplus, half_in>,
                                  chain<average_pool<2>, conv2d<3, kernel<1>, bias>, hepgan::tanh, half_out>>,
                         mixing_allowed<with_minibatch_deviation<4>>, conv2d<3, kernel<3>, pad<1>, bias>, softplus,
                         dense<Scores, bias>>>;
struct grown_planes : conditional<2, grown_scores<2, 1>> {};
struct grown_projected : projection<2, grown_scores<0, 3>> {};

}  // namespace

TEST_CASE("gradients of conditional networks agree with differences") {
  CHECK(gradient_check<maker>(3) < 1e-7);
  CHECK(gradient_check<planes>(3) < 1e-7);
  CHECK(gradient_check<projected>(3) < 1e-7);
  CHECK(gradient_check<spectral_normed<projected>>(3) < 1e-7);
  CHECK(gradient_check<dcgan_critic<dcgan_options{.size = 8, .filters = 4, .noise = 8, .conditions = 1}>>(8) < 1e-7);
  CHECK(gradient_check<grown_maker>(4) < 1e-7);
  CHECK(gradient_check<grown_planes>(4) < 1e-7);
  CHECK(gradient_check<grown_projected>(4) < 1e-7);
}

TEST_CASE("a projected score is its first output, and each condition times an output of its own") {
  constexpr int batch = 5;
  parameters<three_scores, double> p;
  parameters<projected, double> q;
  test::disturb(p, 0.4, 1), test::disturb(q, 0.4, 1);
  const auto x = test::normal_numbers(batch * 36, 2), c = test::normal_numbers(batch * 2, 3);
  tape<three_scores, double> t(batch);
  tape<projected, double> u(batch);
  t.load(x), u.load(x), u.load_conditions(c);
  const auto y = t.forward(p);
  const auto score = u.forward(q);
  REQUIRE(score.size() == batch);
  for (int i = 0; i < batch; ++i)
    CHECK(score[i] == Approx(y[3 * i] + c[2 * i] * y[3 * i + 1] + c[2 * i + 1] * y[3 * i + 2]));
}

TEST_CASE("both steps of a conditional training have the gradients that differences have") {
  CHECK(test::difference_of_both_steps<maker, planes>(standard_gan{}) < 1e-7);
  CHECK(test::difference_of_both_steps<maker, projected>(standard_gan{}) < 1e-7);
  CHECK(test::difference_of_both_steps<grown_maker, grown_planes>(wasserstein{{}, 1e-3, {}}) < 1e-7);
  CHECK(test::difference_of_both_steps<grown_maker, grown_projected>(wasserstein{{}, 1e-3, {}}) < 1e-7);
}

namespace {

/// The slope of all scores with respect to the pixels of each event; and the gradient of a penalty on it.
template <class N>
void check_slope() {
  constexpr int batch = 3;
  constexpr std::size_t pixels = event_of<N>.size();
  parameters<N, double> p;
  test::disturb(p, 0.4, 1);
  const auto x = test::normal_numbers(batch * pixels, 2), c = test::normal_numbers(batch * 2, 3);
  tape<N, double> t(batch);
  input_gradient<N, double> gradient(batch);
  const auto slope = [&] {
    t.load(x), t.load_conditions(c);
    return gradient.evaluate(p, t.input(), 0, 0, t.projected_conditions());
  };
  const auto found = slope();
  const std::size_t stored = found.size() / batch;  // of an event; in double, planes come after its pixels
  const auto scores = [&](const std::vector<double>& at) {
    t.load(at);
    const auto each = t.forward(p);
    return std::accumulate(each.begin(), each.end(), 0.0);
  };
  std::vector<double> expected(found.size());
  for (int event = 0; event < batch; ++event)
    for (std::size_t i = 0; i < pixels; ++i) {
      auto up = x, down = x;
      up[event * pixels + i] += 1e-5, down[event * pixels + i] -= 1e-5;
      expected[event * stored + i] = (scores(up) - scores(down)) / 2e-5;
    }
  CHECK(test::distance(found, expected) < 1e-7);
  gradients<N, double> g, unused;
  const auto penalty = [&](gradients<N, double>& to) {
    return detail::penalise_slopes(gradient, p, to, slope(), gradient_penalty{}.term(10, batch));
  };
  penalty(g);
  CHECK(test::difference(g, p, 1e-4, [&] { return penalty(unused); }) < 1e-7);
}

}  // namespace

TEST_CASE("penalties see the slope along the pixels, under the conditions, not along planes of conditions") {
  check_slope<planes>();
  check_slope<projected>();
  check_slope<grown_planes>();
  check_slope<grown_projected>();
}

namespace {

constexpr dcgan_options options{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
constexpr progressive_options grows{.size = 16, .channels = 1, .filters = 4, .noise = 8, .conditions = 2};

/// Penalties in production against the reference: values and gradients.
template <class Critic>
void check_production() {
  constexpr int batch = 9;
  parameters<Critic> p;
  parameters<Critic, double> exact;
  initialise(p, he_uniform{}, 3);
  exact.update([&](auto to) { std::ranges::copy(p.flat(), to.begin()); });
  const auto x = test::normal_numbers<float>(batch * 256, 5), y = test::normal_numbers<float>(batch * 256, 6),
             c = test::normal_numbers<float>(batch * 2, 7);
  tape<Critic> on_real(batch), on_fake(batch);
  tape<Critic, double> in_double(batch);
  on_real.load(x), on_real.load_conditions(c), on_fake.load(y), on_fake.load_conditions(c);
  const penalty_draw draw{.seed = 3, .event = 40, .critic_steps = 0};
  const auto check = [&](auto penalty, const std::vector<double>& at, auto term) {
    input_gradient<Critic, double> gradient(batch);
    gradients<Critic, double> expected;
    in_double.load(at), in_double.load_conditions(std::vector<double>(c.begin(), c.end()));
    const auto slope = gradient.evaluate(exact, in_double.input(), 0, 0, in_double.projected_conditions());
    const double value = detail::penalise_slopes(gradient, exact, expected, slope, term);
    typename decltype(penalty)::template workspace<Critic> w(batch);
    gradients<Critic> found;
    CHECK(penalty(p, on_real, on_fake, w, found, draw) == Approx(value).epsilon(1e-4));
    CHECK(test::distance(found.flat(), expected.flat()) < 2e-4);
  };
  check(r1{.gamma = 2}, {x.begin(), x.end()}, r1{.gamma = 2}.term(batch));
  std::vector<double> between(x.size());
  const std::vector<double> real(x.begin(), x.end()), fake(y.begin(), y.end());
  gradient_penalty::interpolate<double>(real, fake, batch, draw, between);
  check(gradient_penalty{}, between, gradient_penalty{}.term(10, batch));
}

}  // namespace

TEST_CASE("penalties on conditional critics in production are those of the reference") {
  check_production<dcgan_critic<options, no_norm>>();
  check_production<dcgan_projection_critic<options, no_norm>>();
  check_production<progressive_critic<grows, 2>>();
  check_production<progressive_projection_critic<grows, 2>>();
}
