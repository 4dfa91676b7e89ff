// Golden values: the table of the talk, at n₁ = n₂ = 4096.
#include <cmath>
#include <hepgan/physics/ks.hpp>

#include "catch.hpp"

using namespace hepgan::physics;

TEST_CASE("KS values are those of the talk's table") {
  const auto value = [](int steps) { return -std::log(ks_probability(steps / 4096.0, 4096, 4096)); };
  CHECK(value(142) == Approx(4.256377).margin(1e-6));
  CHECK(value(120) == Approx(2.841550).margin(1e-6));
  CHECK(value(82) == Approx(0.964445).margin(1e-6));
  CHECK(value(157) == Approx(5.357280).margin(1e-6));
  CHECK(value(143) == Approx(4.326334).margin(1e-6));
  CHECK(value(212) == Approx(10.338959).margin(1e-6));
}

TEST_CASE("KS from samples with ties") {
  // 142 of 4096 values moved past all others: D = 142/4096 exactly.
  std::vector<float> a(4096, 1), b(4096, 1);
  for (int i = 0; i < 142; ++i) b[i] = 2;
  CHECK(ks_distance(a, b) == 142.0 / 4096);
  CHECK(ks(a, b) == Approx(4.256377).margin(1e-6));
  CHECK(ks(b, a) == ks(a, b));
}

TEST_CASE("KS distance of small samples by hand") {
  CHECK(ks_distance({1, 2, 3}, {1, 2, 3}) == 0);
  CHECK(ks_distance({1, 2, 3}, {4, 5}) == 1);
  CHECK(ks_distance({3, 1, 2, 4}, {2.5f, 6}) == Approx(0.5));
  CHECK(ks_distance({1, 1, 2}, {1, 2, 2}) == Approx(1.0 / 3));
}

TEST_CASE("Q is 1 for tiny arguments, and its two series meet") {
  for (double x : {0.0, 1e-300, 1e-9, 0.01, 0.04, 0.05, 0.1, 0.2}) CHECK(kolmogorov_q(x) == Approx(1).margin(1e-11));
  CHECK(kolmogorov_q(1 - 1e-12) == Approx(kolmogorov_q(1 + 1e-12)).epsilon(1e-10));
  for (double x = 0; x < 3; x += 0.01) CHECK(kolmogorov_q(x) >= kolmogorov_q(x + 0.01));
}

TEST_CASE("KS is clipped at 700, and an empty sample has 700") {
  CHECK(ks({}, {1}) == 700);
  CHECK(ks({1}, {}) == 700);
  CHECK(ks({}, {}) == 700);
  CHECK(ks(std::vector<float>(4096, 1), std::vector<float>(4096, 2)) == 700);
  CHECK(ks({1, 2, 3}, {1, 2, 3}) == 0);
}
