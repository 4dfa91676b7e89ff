// Optimizers against their papers, by hand.
#include <cmath>
#include <hepgan/optim/optimizers.hpp>
#include <vector>

#include "catch.hpp"

using namespace hepgan;

TEST_CASE("optimizers follow their papers") {
  const auto after = [](auto optimizer, int steps) {
    typename decltype(optimizer)::template state<double> s(1);
    std::vector<double> w{1};
    for (int i = 0; i < steps; ++i) {
      const std::vector<double> g{2 * w[0]};
      optimizer.template step<double>(s, w, g);
    }
    return w[0];
  };
  CHECK(after(sgd{0.1, 0}, 1) == Approx(0.8));
  CHECK(after(sgd{0.1, 0.9}, 2) == Approx(0.8 - 0.1 * (0.9 * 2 + 1.6)));
  CHECK(after(adam{0.1, 0.5, 0.999, 1e-8}, 1) == Approx(0.9).epsilon(1e-6));
  CHECK(after(rmsprop{0.1, 0.99, 1e-8}, 1) == Approx(1 - 0.1 * 2 / (std::sqrt(0.01 * 4) + 1e-8)));
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
