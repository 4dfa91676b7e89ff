// Optimizers against their papers, by hand.
#include <cmath>
#include <hepgan/optim/optimizers.hpp>
#include <vector>

#include "catch.hpp"

using namespace hepgan;

namespace {

/// Five steps on 37 numbers, which are vectors and a rest, beside `by_hand(t, g, w, a, b)` for each: step t from 1 on,
/// gradient g, weight w, and two moments that begin as 0.
template <class Real, class Optimizer, class ByHand>
void follow(Optimizer optimizer, ByHand by_hand, double tolerance) {
  constexpr int n = 37;
  typename Optimizer::template state<Real> s(n);
  std::vector<Real> w(n), g(n);
  std::vector<double> expected(n), a(n), b(n);
  for (int i = 0; i < n; ++i) w[i] = Real(std::sin(1.0 + i)), expected[i] = w[i];
  for (int t = 1; t <= 5; ++t) {
    for (int i = 0; i < n; ++i) g[i] = Real((1 + i) / 37.0 * std::cos(0.7 * i + 1.3 * t));
    optimizer.template step<Real>(s, w, g);
    for (int i = 0; i < n; ++i) {
      by_hand(t, double(g[i]), expected[i], a[i], b[i]);
      INFO("step " << t << ", number " << i);
      REQUIRE(std::abs(w[i] - expected[i]) < tolerance);
    }
  }
}
template <class Optimizer, class ByHand>
void follow(Optimizer optimizer, ByHand by_hand) {
  follow<float>(optimizer, by_hand, 5e-6);
  follow<double>(optimizer, by_hand, 1e-12);
}

}  // namespace

// The epsilons are so large that it matters where they stand.
TEST_CASE("optimizers follow their papers") {
  follow(sgd{0.1, 0}, [](int, double g, double& w, double&, double&) { w -= 0.1 * g; });
  follow(sgd{0.1, 0.9}, [](int, double g, double& w, double& velocity, double&) {  // PyTorch's, without dampening
    velocity = 0.9 * velocity + g;
    w -= 0.1 * velocity;
  });
  follow(rmsprop{0.1, 0.9, 0.05}, [](int, double g, double& w, double& square, double&) {  // PyTorch's
    square = 0.9 * square + 0.1 * g * g;
    w -= 0.1 * g / (std::sqrt(square) + 0.05);
  });
  follow(adam{0.1, 0.5, 0.99, 0.05}, [](int t, double g, double& w, double& m, double& v) {  // arXiv:1412.6980
    m = 0.5 * m + 0.5 * g;
    v = 0.99 * v + 0.01 * g * g;
    const double unbiased_m = m / (1 - std::pow(0.5, t)), unbiased_v = v / (1 - std::pow(0.99, t));
    w -= 0.1 * unbiased_m / (std::sqrt(unbiased_v) + 0.05);
  });
}

TEST_CASE("a decaying optimizer halves its steps, whatever the number of epochs") {
  const auto after = [](auto optimizer, int steps) {
    typename decltype(optimizer)::template state<double> s(1);
    std::vector<double> w{1};
    const std::vector<double> g{1};
    for (int i = 0; i < steps; ++i) optimizer.template step<double>(s, w, g);
    return w[0];
  };
  CHECK(after(decaying<sgd>{{0.1}, 2}, 1) == Approx(0.9));
  CHECK(after(decaying<sgd>{{0.1}, 2}, 3) == Approx(1 - 0.1 * (1 + std::sqrt(0.5) + 0.5)));
  CHECK(after(decaying<sgd>{{0.1}, 0}, 3) == Approx(0.7));
  CHECK(after(decaying<adam>{{0.1}, 5}, 1) == Approx(after(adam{0.1}, 1)));
}
