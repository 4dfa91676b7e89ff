// Conditional networks: scores, their gradients through generator and critic, and penalties, against central
// differences in double and against the reference in production.
#include <hepgan/dcgan.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/penalty/r1.hpp>

#include "../support/catch.hpp"

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

template <class Real>
std::vector<Real> numbers(std::size_t n, std::uint64_t seed) {
  std::vector<Real> x(n);
  const random_stream r(seed, purpose::user);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<Real>(r.normal(i));
  return x;
}
template <class N>
void draw(parameters<N, double>& p, std::uint64_t seed, double spread = 0.4) {
  const auto drawn = numbers<double>(p.flat().size(), seed);
  p.update([&](auto weights) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += spread * drawn[i];
  });
}

/// Largest error of the gradient g of value(), in units of the largest gradient.
template <class N, class Value>
double worst_difference(parameters<N, double>& p, const gradients<N, double>& g, double h, Value value) {
  double worst = 0, largest = 0;
  for (const double s : g.flat()) largest = std::max(largest, std::abs(s));
  REQUIRE(largest > 0);
  for (std::size_t i = 0; i < p.flat().size(); i += 1 + p.flat().size() / 60) {
    const double start = p.flat()[i];
    const auto at = [&](double w) {
      p.update([&](auto weights) { weights[i] = w; });
      return value();
    };
    const double up = at(start + h), down = at(start - h);
    at(start);
    worst = std::max(worst, std::abs((up - down) / (2 * h) - g.flat()[i]) / largest);
  }
  return worst;
}

}  // namespace

TEST_CASE("gradients of conditional networks agree with differences") {
  CHECK(gradient_check<maker>(3) < 1e-6);
  CHECK(gradient_check<planes>(3) < 1e-6);
  CHECK(gradient_check<projected>(3) < 1e-6);
  CHECK(gradient_check<spectral_normed<projected>>(3) < 1e-6);
  CHECK(gradient_check<dcgan_critic<dcgan_options{.size = 8, .filters = 4, .noise = 8, .conditions = 1}>>(8) < 1e-6);
}

TEST_CASE("a projected score is its first output, and each condition times an output of its own") {
  constexpr int batch = 5;
  parameters<three_scores, double> p;
  parameters<projected, double> q;
  draw(p, 1), draw(q, 1);
  const auto x = numbers<double>(batch * 36, 2), c = numbers<double>(batch * 2, 3);
  tape<three_scores, double> t(batch);
  tape<projected, double> u(batch);
  t.load(x), u.load(x), u.load_conditions(c);
  const auto y = t.forward(p);
  const auto score = u.forward(q);
  REQUIRE(score.size() == batch);
  for (int i = 0; i < batch; ++i)
    CHECK(score[i] == Approx(y[3 * i] + c[2 * i] * y[3 * i + 1] + c[2 * i + 1] * y[3 * i + 2]));
}

namespace {

/// Generator through the critic, and the critic on real and generated events, all of the same conditions.
template <class Critic>
void check_both_steps() {
  constexpr int batch = 3;
  parameters<maker, double> G;
  parameters<Critic, double> D;
  draw(G, 1), draw(D, 2);
  const auto z = numbers<double>(batch * 3, 3), c = numbers<double>(batch * 2, 4), x = numbers<double>(batch * 36, 5);
  tape<maker, double> made(batch);
  tape<Critic, double> on_real(batch), on_fake(batch);
  made.load(z), on_real.load(x);
  made.load_conditions(c), on_real.load_conditions(c), on_fake.load_conditions(c);
  const standard_gan loss;
  gradients<maker, double> dG, unused;
  gradients<Critic, double> dD, unused_too;
  const auto generate = [&] { made.forward(G), on_fake.load(made); };
  generate();
  generator_step(loss, D, on_real, on_fake, G, made, dG);
  CHECK(worst_difference(G, dG, 1e-5, [&] {
          generate();
          return generator_step(loss, D, on_real, on_fake, G, made, unused).loss;
        }) < 1e-7);
  critic_step(loss, D, on_real, on_fake, dD);
  CHECK(worst_difference(D, dD, 1e-5, [&] { return critic_step(loss, D, on_real, on_fake, unused_too).loss; }) < 1e-7);
}

}  // namespace

TEST_CASE("both steps of a conditional training have the gradients that differences have") {
  check_both_steps<planes>();
  check_both_steps<projected>();
}

namespace {

/// The slope of the score with respect to the pixels of each event alone; and the gradient of a penalty on it.
template <class N>
void check_slope() {
  constexpr int batch = 3;
  parameters<N, double> p;
  draw(p, 1);
  const auto x = numbers<double>(batch * 36, 2), c = numbers<double>(batch * 2, 3);
  tape<N, double> t(batch);
  input_gradient<N, double> gradient(batch);
  const auto slope = [&] {
    t.load(x), t.load_conditions(c);
    return gradient.evaluate(p, t.input(), 0, 0, t.projected_conditions());
  };
  const auto found = slope();
  const std::size_t stored = found.size() / batch;  // of an event; in double, planes come after its pixels
  const auto score = [&](const std::vector<double>& at, int event) {
    t.load(at);
    return t.forward(p)[event];
  };
  for (int event = 0; event < batch; ++event)
    for (std::size_t i = 0; i < stored; ++i) {
      double expected = 0;
      if (i < 36) {
        auto up = x, down = x;
        up[event * 36 + i] += 1e-5, down[event * 36 + i] -= 1e-5;
        expected = (score(up, event) - score(down, event)) / 2e-5;
      }
      REQUIRE(found[event * stored + i] == Approx(expected).margin(1e-8));
    }
  gradients<N, double> g, unused;
  const auto penalty = [&](gradients<N, double>& to) {
    return detail::penalise_slopes(gradient, p, to, slope(), gradient_penalty{}.term(10, batch));
  };
  penalty(g);
  CHECK(worst_difference(p, g, 1e-5, [&] { return penalty(unused); }) < 1e-7);
}

}  // namespace

TEST_CASE("penalties see the slope along the pixels, under the conditions, not along planes of conditions") {
  check_slope<planes>();
  check_slope<projected>();
}

namespace {

constexpr dcgan_options options{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};

/// Penalties in production against the reference: values and gradients.
template <class Critic>
void check_production() {
  constexpr int batch = 9;
  parameters<Critic> p;
  parameters<Critic, double> exact;
  initialise(p, he_uniform{}, 3);
  exact.update([&](auto to) { std::ranges::copy(p.flat(), to.begin()); });
  const auto x = numbers<float>(batch * 256, 5), y = numbers<float>(batch * 256, 6), c = numbers<float>(batch * 2, 7);
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
    double largest = 0;
    for (const double e : expected.flat()) largest = std::max(largest, std::abs(e));
    REQUIRE(largest > 0);
    for (std::size_t i = 0; i < found.flat().size(); ++i)
      REQUIRE(found.flat()[i] == Approx(expected.flat()[i]).margin(2e-4 * largest));
  };
  check(r1{.gamma = 2}, {x.begin(), x.end()}, [](double length) {
    return detail::slope_term{length * length / batch, 2.0 / batch};
  });
  std::vector<double> between(x.size());
  const std::vector<double> real(x.begin(), x.end()), fake(y.begin(), y.end());
  gradient_penalty::interpolate<double>(real, fake, batch, draw, between);
  check(gradient_penalty{}, between, gradient_penalty{}.term(10, batch));
}

}  // namespace

TEST_CASE("penalties on conditional critics in production are those of the reference") {
  check_production<dcgan_critic<options, no_norm>>();
  check_production<dcgan_projection_critic<options, no_norm>>();
}
