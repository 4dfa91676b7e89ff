// Optimizers against their papers, by hand.
#include <cmath>
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/network.hpp>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
#include <vector>

#include "catch.hpp"

using namespace hepgan;

namespace {

/// Twenty steps on 37 numbers, which are vectors and a rest, beside `by_hand(t, g, w, a, b)` for each: step t from 1
/// on, gradient g, weight w, and two moments that begin as 0.
template <class Real, class Optimizer, class ByHand>
void follow(Optimizer optimizer, ByHand by_hand, double tolerance) {
  constexpr int n = 37;
  typename Optimizer::template state<Real> s(n);
  std::vector<Real> w(n), g(n);
  std::vector<double> expected(n), a(n), b(n);
  for (int i = 0; i < n; ++i) w[i] = Real(std::sin(1.0 + i)), expected[i] = w[i];
  for (int t = 1; t <= 20; ++t) {
    for (int i = 0; i < n; ++i) g[i] = Real((1 + i) / 37.0 * std::cos(0.7 * i + 1.3 * t));
    optimizer_step<Optimizer, Real>(optimizer, s, w, g);
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
    for (int i = 0; i < steps; ++i) optimizer_step<decltype(optimizer), double>(optimizer, s, w, g);
    return w[0];
  };
  CHECK(after(decaying<sgd>{{{0.1}}, 2}, 1) == Approx(0.9));
  CHECK(after(decaying<sgd>{{{0.1}}, 2}, 3) == Approx(1 - 0.1 * (1 + std::sqrt(0.5) + 0.5)));
  CHECK(after(decaying<sgd>{{{0.1}}, 0}, 3) == Approx(0.7));
  CHECK(after(decaying<adam>{{{0.1}}, 5}, 1) == Approx(after(adam{0.1}, 1)));
}

TEST_CASE("schedules of learning rates") {
  CHECK(half_life{10}(21) == Approx(0.25));
  CHECK(half_life{}(20) == 1);
  CHECK(linear_warmup{4}(1) == Approx(0.25));
  CHECK((linear_warmup{4}(4) == 1 && linear_warmup{4}(9) == 1));
  CHECK(linear_decay{10, 20}(11) == 1);
  CHECK(linear_decay{10, 20}(16) == Approx(0.5));
  CHECK(linear_decay{0, 20}(20) == Approx(0.05));  // the last step of a training as long moves weights
  CHECK(linear_decay{10, 20}(99) == 0);
  CHECK(cosine_decay{8, 0.1}(1) == 1);
  CHECK(cosine_decay{8, 0.1}(5) == Approx(0.55));
  CHECK(cosine_decay{8, 0.1}(20) == Approx(0.1));
  CHECK(product<linear_warmup, cosine_decay>{{8}, {8}}(5) == Approx(0.3125));
  follow(scheduled<sgd, linear_warmup>{{0.1, 0.9}, {2}}, [](int t, double g, double& w, double& velocity, double&) {
    velocity = 0.9 * velocity + g;
    w -= (t == 1 ? 0.05 : 0.1) * velocity;
  });
}

TEST_CASE("weight decay, and bounds for weights and gradients, in one sweep and in any order") {
  const auto adam_by_hand = [](int t, double g, double& w, double& m, double& v) {
    m = 0.5 * m + 0.5 * g;
    v = 0.99 * v + 0.01 * g * g;
    w -= 0.1 * m / (1 - std::pow(0.5, t)) / (std::sqrt(v / (1 - std::pow(0.99, t))) + 0.05);
  };
  follow(adamw{{0.1, 0.5, 0.99, 0.05}, 0.3}, [&](int t, double g, double& w, double& m, double& v) {  // PyTorch's
    w *= 1 - 0.1 * 0.3;
    adam_by_hand(t, g, w, m, v);
  });
  follow(weight_clipped<adamw>{{{0.1, 0.5, 0.99, 0.05}, 0.3}, 0.7},
         [&](int t, double g, double& w, double& m, double& v) {
           w *= 1 - 0.1 * 0.3;
           adam_by_hand(t, g, w, m, v);
           w = std::clamp(w, -0.7, 0.7);
         });
  const auto length_at = [](int t) {  // of the gradients of `follow`
    double square = 0;
    for (int i = 0; i < 37; ++i) square += std::pow((1 + i) / 37.0 * std::cos(0.7 * i + 1.3 * t), 2);
    return std::sqrt(square);
  };
  REQUIRE(length_at(1) > 1.2);
  const auto clipped = [&](int t, double g, double& w, double&, double&) {
    w -= 0.1 * g * std::min(1.0, 1.2 / length_at(t));
  };
  follow(gradient_clipped<sgd>{{0.1}, 1.2}, clipped);
  follow(gradient_clipped<sgd>{{0.1}, 1e9}, [](int, double g, double& w, double&, double&) { w -= 0.1 * g; });
  follow(
      weight_clipped<gradient_clipped<sgd>>{{{0.1}, 1.2}, 0.7},
      [&](int t, double g, double& w, double& v, double& u) { clipped(t, g, w, v, u), w = std::clamp(w, -0.7, 0.7); });
  weight_clipped<sgd>::state<double> s(1);
  std::vector<double> w{1};
  const std::vector<double> g{std::nan("")};
  optimizer_step<weight_clipped<sgd>, double>({{0.1}, 0.5}, s, w, g);
  CHECK(std::isnan(w[0]));
}

TEST_CASE("LARS gives each layer a rate of its own, and LARC no more than the whole rate") {
  struct network : sequential<shape{3}, dense<2>, relu, shared<1, dense<2, bias>>, shared<1, dense<2, bias>>> {};
  const auto moved = [](auto optimizer) {
    parameters<network, double> p;
    gradients<network, double> g;
    p.update([](auto w) {
      for (std::size_t i = 0; i < w.size(); ++i) w[i] = i < 10 ? 1 + double(i) : 0;  // the bias is zero
    });
    for (std::size_t i = 0; i < g.flat().size(); ++i) g.flat()[i] = i < 6 ? 1 : 3;
    typename decltype(optimizer)::template state<double> s(g.flat().size());
    optimizer_step(optimizer, s, p, g);
    return std::vector<double>(p.flat().begin(), p.flat().end());
  };
  const auto w = moved(lars{{0.1}, 0.02, 0.5});
  REQUIRE(w.size() == 12);
  const double first = std::sqrt(91.0), second = std::sqrt(49.0 + 64 + 81 + 100);
  CHECK(w[2] == Approx(3 - 0.1 * 0.02 * first / (std::sqrt(6.0) + 0.5 * first) * (1 + 0.5 * 3)));
  CHECK(w[7] == Approx(8 - 0.1 * 0.02 * second / (6 + 0.5 * second) * (3 + 0.5 * 8)));
  CHECK(w[11] == Approx(-0.1 * 3));
  const double shorter = 1 / std::sqrt(6.0 + 6 * 9);  // the gradient of all layers, shortened to 1
  CHECK(moved(gradient_clipped<lars>{{{0.1}, 0.02, 0.5}, 1})[2] ==
        Approx(3 - 0.1 * 0.02 * first / (shorter * std::sqrt(6.0) + 0.5 * first) * (shorter + 0.5 * 3)));
  const auto larc = moved(lars{{0.1}, 0.2, 0, true});
  CHECK(larc[2] == Approx(3 - 0.1 * 1));  // 0.2·‖w‖/‖g‖ = 0.78 is above 0.1
  CHECK(moved(lars{{10}, 0.2, 0, true})[2] == Approx(3 - 0.2 * first / std::sqrt(6.0)));
}

TEST_CASE("LARS and LARC follow their papers over twenty steps, with momentum and a rate for each layer") {
  struct network : sequential<shape{3}, dense<4>, relu, dense<2>> {};  // weights of 12 and 8
  const auto follow_layers = [](const lars& o) {
    parameters<network, double> p;
    gradients<network, double> g;
    lars::state<double> s(20);
    std::vector<double> w(20), v(20);
    p.update([&](auto weights) {
      for (int i = 0; i < 20; ++i) weights[i] = w[i] = std::sin(1.0 + i);
    });
    int at_whole_rate = 0;
    for (int t = 1; t <= 20; ++t) {
      for (int i = 0; i < 20; ++i) g.flat()[i] = (t % 4 + 0.2) * std::cos(0.7 * i + 1.3 * t);
      optimizer_step(o, s, p, g);
      for (const auto& [first, last] : {std::pair(0, 12), std::pair(12, 20)}) {
        double weights = 0, slope = 0;
        for (int i = first; i < last; ++i) weights += w[i] * w[i], slope += g.flat()[i] * g.flat()[i];
        weights = std::sqrt(weights), slope = std::sqrt(slope);
        double rate = o.trust * weights / (slope + o.weight_decay * weights);                     // LARS: of η
        if (o.clipped) rate = std::min(rate / o.learning_rate, 1.0), at_whole_rate += rate == 1;  // LARC: at most η
        for (int i = first; i < last; ++i) {
          v[i] = o.momentum * v[i] + rate * (g.flat()[i] + o.weight_decay * w[i]);
          w[i] -= o.learning_rate * v[i];
        }
      }
      INFO("step " << t);
      for (int i = 0; i < 20; ++i) REQUIRE(std::abs(p.flat()[i] - w[i]) < 1e-12);
    }
    return at_whole_rate;
  };
  CHECK(follow_layers(lars{{0.1, 0.9}, 0.02, 0.5}) == 0);
  const int at_whole_rate = follow_layers(lars{{0.1, 0.9}, 0.2, 0.05, true});
  CHECK((at_whole_rate > 0 && at_whole_rate < 40));  // both happen
}

TEST_CASE("more weights than can be counted are refused before any moves") {
  sgd::state<float> s(0);
  const std::span<float> none(static_cast<float*>(nullptr), (std::size_t(1) << 31) + 16);
  CHECK_THROWS_WITH(optimizer_step(sgd{}, s, none, std::span<const float>(none)),
                    has_text("optimizer: found 2147483664 weights, expected at most 2147483647"));
}

TEST_CASE("frozen weights stay as they are, whatever an optimizer adds to its gradient") {
  struct network : sequential<shape{3}, frozen<dense<2>>, relu, dense<2>> {};
  const auto moves = [](auto optimizer) {
    parameters<network, double> p;
    gradients<network, double> g;
    p.update([](auto w) { std::ranges::fill(w, 1.0); });
    typename decltype(optimizer)::template state<double> s(g.flat().size());
    for (int i = 0; i < 3; ++i) optimizer_step(optimizer, s, p, g);
    return std::array{p.flat()[5] != 1, p.flat()[6] != 1};
  };
  CHECK(moves(adamw{{0.1}, 0.1}) == std::array{false, true});
  CHECK(moves(lars{{0.1}, 0.1, 0.1}) == std::array{false, true});
  CHECK(moves(weight_clipped<sgd>{{0.1}, 0.5}) == std::array{false, true});
}

TEST_CASE("what has no weights sets none free: neither before frozen ones nor where branches join") {
  struct network
      : sequential<shape{3}, frozen<dense<2>>, relu, frozen<dense<2>>, parallel<sum, dense<2>, dense<2>>, dense<1>> {};
  parameters<network, double> p;
  gradients<network, double> g;
  p.update([](auto w) { std::ranges::fill(w, 1.0); });
  adamw optimizer{{0.1}, 0.1};
  adamw::state<double> s(g.flat().size());
  optimizer_step(optimizer, s, p, g);
  for (const op& o : p.network_program().ops)
    for (int i = 0; i < o.weights.count; ++i) CHECK((p.flat()[o.weights.offset + i] != 1) == !o.frozen);
}
