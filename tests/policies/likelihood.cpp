// Likelihoods of events, and the divergence of a posterior, against what they are by definition.
#include <hepgan/loss/gaussian_posterior.hpp>
#include <hepgan/loss/likelihood.hpp>
#include <limits>
#include <vector>

#include "../support/catch.hpp"

using namespace hepgan;

namespace {

/// −log p of one number, and its slope.
template <class Likelihood>
std::pair<double, double> of_one(const Likelihood& l, double x, double made) {
  double d = 0;
  const double value = l(std::span<const double>(&x, 1), std::span<const double>(&made, 1), std::span<double>(&d, 1));
  return {value, d};
}
template <class Likelihood>
std::vector<double> drawn(const Likelihood& l, double made, int n) {
  std::vector<double> events(n, made);
  draw_events(l, rows<double>{events, 1}, 5, 0);
  return events;
}

}  // namespace

TEST_CASE("slopes of likelihoods are those of their values, where a decoder is far off too") {
  const auto check = [](const auto& l, double x, double made) {
    const double h = 1e-5 * (1 + std::abs(made));
    const auto [value, slope] = of_one(l, x, made);
    const double numeric = (of_one(l, x, made + h).first - of_one(l, x, made - h).first) / (2 * h);
    INFO(x << " " << made);
    CHECK(slope == Approx(numeric).epsilon(1e-7).margin(1e-9));
    CHECK(value >= 0);
  };
  for (const double made :
       {-50.0, -3.0, -0.1, 0.2, 1.5, 8.9, 17.9, 18.1, 40.0, 900.0}) {  // series and erfc meet at 18.2
    check(gaussian_likelihood{.sigma = 0.7}, 0.4, made);
    check(bernoulli_likelihood{}, 1, made);
    check(bernoulli_likelihood{}, 0.3, made);
    check(censored_likelihood{.sigma = 0.6, .cut = 0.2}, 0, made);
    check(censored_likelihood{.sigma = 0.6, .cut = 0.2}, 1.3, made);
  }
}

TEST_CASE("a cell that is off costs the logarithm of the probability to be so") {
  const censored_likelihood l{.sigma = 2, .cut = 1};
  CHECK(of_one(l, 0, 1).first == Approx(std::log(2)));
  CHECK(of_one(l, 0, 3).first == Approx(-std::log(0.15865525393145707)));  // Φ(−1)
  CHECK(of_one(l, 0, -40).first == 0);
  const double above = of_one(l, 0, 61 + 1e-9).first, below = of_one(l, 0, 61 - 1e-9).first;  // where the series begins
  CHECK(above == Approx(below).epsilon(1e-9));
}

TEST_CASE("what is not a number stays so") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto check = [&](const auto& l) {
    CHECK(std::isnan(of_one(l, 0, nan).first));
    CHECK(std::isnan(of_one(l, nan, 0.5).first));
    CHECK(std::isnan(drawn(l, nan, 1)[0]));
  };
  check(gaussian_likelihood{}), check(bernoulli_likelihood{}), check(censored_likelihood{});
}

TEST_CASE("events are drawn as their likelihood says") {
  constexpr int n = 200'000;
  const auto mean_of = [](const std::vector<double>& v, auto f) {
    double sum = 0;
    for (const double x : v) sum += f(x);
    return sum / double(v.size());
  };
  const auto itself = [](double x) { return x; };
  const auto g = drawn(gaussian_likelihood{.sigma = 0.5}, 2, n);
  CHECK(mean_of(g, itself) == Approx(2).margin(0.006));  // five standard deviations
  CHECK(mean_of(g, [](double x) { return (x - 2) * (x - 2); }) == Approx(0.25).margin(0.004));
  const auto b = drawn(bernoulli_likelihood{}, 0.4, n);
  CHECK(mean_of(b, itself) == Approx(sigmoid::value(0.4)).margin(0.006));
  const auto c = drawn(censored_likelihood{.sigma = 0.5, .cut = 0.3}, 0.1, n);
  CHECK(mean_of(c, [](double x) { return double(x == 0); }) == Approx(0.6554217).margin(0.006));  // Φ(0.4)
  CHECK(mean_of(c, [](double x) { return double(x > 0 && x <= 0.3); }) == 0);
}

TEST_CASE("an event is drawn the same in any batch and on any number of threads") {
  const gaussian_likelihood l;
  std::vector<float> together(12 * 10), alone(10);
  set_threads(3);
  draw_events(l, rows<float>{together, 10}, 4, 7);
  set_threads(1);
  for (int i = 0; i < 12; ++i) {
    std::ranges::fill(alone, 0.f);
    draw_events(l, rows<float>{alone, 10}, 4, 7 + i);
    CHECK(std::ranges::equal(alone, std::span(together).subspan(i * 10, 10)));
  }
  set_threads(0);
}

TEST_CASE("the divergence from a normal is its integral, and zero for a normal itself") {
  const std::vector<double> normal{0, 0, 0, 0}, q{0.7, -1.2, -0.5, 0.8};  // two means, two log variances
  std::vector<double> d(4);
  CHECK(divergence_from_normal<double>(normal, d, 3) == 0);
  CHECK(d == std::vector<double>(4));
  const double found = divergence_from_normal<double>(q, d, 1);
  constexpr int n = 400'000;
  double sum = 0, square = 0;  // E log q(z) − log p(z), z drawn from q
  std::vector<double> noise(2), z(2);
  const random_stream r(3, purpose::user);
  for (int k = 0; k < n; ++k) {
    fill_normal(std::span(noise), r, k);
    reparametrise<double>(q, noise, z);
    double difference = 0;
    for (int i = 0; i < 2; ++i) difference += 0.5 * (z[i] * z[i] - noise[i] * noise[i] - q[2 + i]);
    sum += difference, square += difference * difference;
  }
  const double mean = sum / n, error = std::sqrt((square / n - mean * mean) / n);
  CHECK(error < 0.01 * found);
  CHECK(std::abs(mean - found) < 5 * error);
  for (int i = 0; i < 4; ++i) {
    std::vector<double> up = q, down = q, unused(4);
    up[i] += 1e-5, down[i] -= 1e-5;
    CHECK(
        d[i] ==
        Approx((divergence_from_normal<double>(up, unused, 0) - divergence_from_normal<double>(down, unused, 0)) / 2e-5)
            .epsilon(1e-8));
  }
}
