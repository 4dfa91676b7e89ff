#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/physics/wasserstein.hpp>
#include <limits>

#include "catch.hpp"

using namespace hepgan;
using namespace hepgan::physics;

TEST_CASE("Wasserstein-1 by hand") {
  CHECK(wasserstein_1({1}, {4}) == 3);
  CHECK(wasserstein_1({0, 1, 3}, {5, 6, 8}) == Approx(5));  // scipy's example
  CHECK(wasserstein_1({1, 2, 3}, {3, 1, 2}) == 0);
  CHECK(wasserstein_1({0, 1}, {0, 3}) == Approx(1));
  CHECK(wasserstein_1({0}, {-1, 1}) == Approx(1));         // half of it either way
  CHECK(wasserstein_1({0, 0, 3}, {0, 3}) == Approx(0.5));  // a sixth of it by three
  CHECK(wasserstein_1({2, 2, 2}, {2, 2}) == 0);
}

TEST_CASE("A shifted sample is as far away as it was shifted, a scaled one in proportion") {
  const random_stream r(3, purpose::user);
  std::vector<float> a, shifted, scaled, repeated;
  for (int i = 0; i < 1000; ++i) {
    const auto x = static_cast<float>(r.normal(i));
    a.push_back(x), shifted.push_back(x - 2.5f), scaled.push_back(3 * std::abs(x));
    for (int k = 0; k < 3; ++k) repeated.push_back(x);
  }
  CHECK(wasserstein_1(a, shifted) == Approx(2.5).epsilon(1e-6));
  CHECK(wasserstein_1(shifted, a) == wasserstein_1(a, shifted));
  CHECK(wasserstein_1(a, repeated) == Approx(0).margin(1e-9));  // one distribution, another size
  CHECK(wasserstein_1(repeated, shifted) == Approx(2.5).epsilon(1e-6));
  std::vector<float> positive;
  double mean = 0;
  for (const float x : scaled) positive.push_back(x / 3), mean += x / 3000.0;
  CHECK(wasserstein_1(positive, scaled) == Approx(2 * mean).epsilon(1e-5));
}

TEST_CASE("Of samples of one size it is the mean distance of sorted values") {
  const random_stream r(4, purpose::user);
  std::vector<float> a, b;
  for (int i = 0; i < 501; ++i) a.push_back(float(r.uniform(i))), b.push_back(float(r.normal(i)));
  std::vector<float> x = a, y = b;
  std::ranges::sort(x), std::ranges::sort(y);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += std::abs(double(x[i]) - y[i]);
  CHECK(wasserstein_1(a, b) == Approx(sum / 501));
}

TEST_CASE("An empty sample is infinitely far, and what is not finite is refused") {
  CHECK(std::isinf(wasserstein_1({}, {1})));
  CHECK(std::isinf(wasserstein_1({1}, {})));
  CHECK_THROWS_WITH(wasserstein_1({1, NAN}, {1}), has_text("not finite"));
  CHECK_THROWS_WITH(wasserstein_1({1}, {std::numeric_limits<float>::infinity()}), has_text("not finite"));
}
