// Observables held to what they are at given conditions: definitions, slopes in double, without bias, and what no
// comparison of all events together sees.
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <hepgan/penalty/mmd.hpp>
#include <hepgan/penalty/moments.hpp>

#include "catch.hpp"
#include "distance.hpp"
#include "itself.hpp"

using namespace hepgan;

namespace {

/// Events of two numbers and of two conditions. The conditions are correlated; the first number follows the first one
/// by `slope`, and the second number follows nothing.
template <class Real>
struct sample {
  std::vector<Real> values, conditions;
  sample(int n, double slope, std::uint32_t stream) {
    const random_stream r(4, purpose::user, stream);
    for (int i = 0; i < n; ++i) {
      const double a = r.normal(4 * i), b = r.normal(4 * i + 1);
      conditions.push_back(Real(3 + 2 * a)), conditions.push_back(Real(0.8 * a + 0.6 * b));
      values.push_back(Real(slope * a + 0.5 * r.normal(4 * i + 2))), values.push_back(Real(r.normal(4 * i + 3)));
    }
  }
  rows<const Real> x() const { return {values, 2}; }
  rows<const Real> c() const { return {conditions, 2}; }
};

template <class Distance>
void slopes_are_differences_in_double(Distance distance) {
  const sample<float> real(60, 0.7, 0);
  distance.take(real.x(), real.c());
  sample<double> fake(9, -0.4, 1);
  std::vector<double> d(18), unused(18);
  distance(fake.x(), fake.c(), rows<double>{d, 2});
  CHECK(test::difference(d, fake.values, 1e-5, [&] {
          return distance(fake.x(), fake.c(), rows<double>{unused, 2});
        }) < 1e-7);
}

template <class Penalty>
Penalty beside(Penalty penalty, const sample<float>& real, bool told) {
  penalty.add(real.x(), told ? real.c() : rows<const float>{});
  return penalty;
}

/// Of the penalty on batches whose first number follows by `slope`, in units of the mean's error.
template <class Penalty>
double significance(Penalty penalty, double slope, bool told) {
  constexpr int batches = 300;
  penalty = beside(std::move(penalty), sample<float>(8192, 0.8, 1), told);
  double mean = 0, square = 0;
  std::vector<float> unused(2 * 16);
  for (int b = 0; b < batches; ++b) {
    const sample<float> fake(16, slope, 10 + b);
    const double found = penalty(fake.x(), {unused, 2}, told ? fake.c() : rows<const float>{});
    mean += found / batches, square += found * found / batches;
  }
  return mean / std::sqrt((square - mean * mean) / batches);
}

template <class Penalty>
void notices_a_swapped_dependence(Penalty penalty) {
  CHECK(std::abs(significance(penalty, -0.8, false)) < 4);  // one and the same mixture
  CHECK(significance(penalty, -0.8, true) > 10);
  CHECK(std::abs(significance(penalty, 0.8, true)) < 4);
}

template <class Penalty>
void of_constant_conditions_is_of_none(Penalty penalty) {
  const sample<float> real(300, 1, 1), fake(12, 0, 2);
  const std::vector<float> same(600, 0.3f);
  auto untold = penalty;
  penalty.add(real.x(), {same, 2}), untold.add(real.x());
  std::vector<float> d(24), e(24);
  CHECK(penalty(fake.x(), {d, 2}, {std::span(same).first(24), 2}) == untold(fake.x(), {e, 2}));
  CHECK(d == e);
}

/// A generator of the first number, shift + slope·a + spread·noise, that begins with the slope swapped.
struct followed {
  double shift = 1, slope = -0.8, spread = 0.2;
  template <class Penalty>
  followed(Penalty penalty, double first_rate, int threads) {
    set_threads(threads);
    penalty = beside(std::move(penalty), sample<float>(4096, 0.8, 1), true);
    for (int step = 0; step < 800; ++step) {
      sample<float> fake(64, 0, 100 + step);
      std::vector<float> d(128);
      std::vector<double> a(64), noise(64);
      for (int i = 0; i < 64; ++i) {
        a[i] = (fake.conditions[2 * i] - 3) / 2, noise[i] = 2 * fake.values[2 * i];  // as it was drawn
        fake.values[2 * i] = float(shift + slope * a[i] + spread * noise[i]);
      }
      penalty(fake.x(), {d, 2}, fake.c());
      const double rate = first_rate / (1 + step / 100.0);
      for (int i = 0; i < 64; ++i) {
        shift -= rate * d[2 * i], slope -= rate * d[2 * i] * a[i], spread -= rate * d[2 * i] * noise[i];
      }
    }
    set_threads(0);
    CHECK(shift == Approx(0).margin(0.06));
    CHECK(slope == Approx(0.8).margin(0.06));
    CHECK(std::abs(spread) == Approx(0.5).margin(0.06));
  }
};

}  // namespace

TEST_CASE("functions of conditions are orthonormal over the reference, and each says something new") {
  const sample<double> s(500, 0, 1);
  std::vector<double> told;  // the second condition twice
  for (int i = 0; i < 500; ++i)
    told.insert(told.end(), {s.conditions[2 * i], s.conditions[2 * i + 1], 5 - 2 * s.conditions[2 * i + 1]});
  detail::condition_basis basis;
  basis.fit(rows<const double>{told, 3});
  REQUIRE(basis.size() == 3);
  std::vector<double> phi;
  basis(rows<const double>{told, 3}, 500, phi);
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) {
      double product = 0;
      for (int i = 0; i < 500; ++i) product += phi[i * 3 + a] * phi[i * 3 + b] / 500;
      CHECK(product == Approx(a == b).epsilon(0).margin(1e-9));
    }
}

TEST_CASE("slopes of distances under conditions are differences in double") {
  slopes_are_differences_in_double(moment_distance(1));
  slopes_are_differences_in_double(moment_distance(3));
  slopes_are_differences_in_double(mmd_distance(50));
  slopes_are_differences_in_double(cramer_distance());
}

TEST_CASE("the Cramer distance under conditions changes as its definition does, ties and all") {
  const sample<double> real(40, 0.7, 0);
  cramer_distance distance;
  distance.take(real.x(), real.c());
  detail::condition_basis basis;
  basis.fit(real.c());
  std::vector<double> phi, of_real;
  basis(real.c(), 40, of_real);
  // Pairs of Σ_m ∫ φ_m φ_m (1[a ≤ x] − G(x|a)) (1[b ≤ x] − G(x|b)) dx, between all values in turn.
  const auto by_definition = [&](const sample<double>& fake) {
    double distance = 0;
    basis(fake.c(), 7, phi);
    for (int k = 0; k < 2; ++k) {
      std::vector<double> ends;
      for (int j = 0; j < 40; ++j) ends.push_back(real.values[2 * j + k]);
      const double deviation = detail::scale_of(ends).deviation;
      for (int i = 0; i < 7; ++i) ends.push_back(fake.values[2 * i + k]);
      std::ranges::sort(ends);
      for (std::size_t at = 1; at < ends.size(); ++at) {
        double off[7];
        for (int i = 0; i < 7; ++i) {
          off[i] = fake.values[2 * i + k] <= ends[at - 1];
          for (int j = 0; j < 40; ++j)
            if (real.values[2 * j + k] <= ends[at - 1])
              for (int m = 0; m < 3; ++m) off[i] -= phi[3 * i + m] * of_real[3 * j + m] / 40;
        }
        for (int i = 0; i < 7; ++i)
          for (int j = 0; j < 7; ++j)
            for (int m = 0; m < 3 && i != j; ++m)
              distance +=
                  phi[3 * i + m] * phi[3 * j + m] * off[i] * off[j] * (ends[at] - ends[at - 1]) / 42 / deviation;
      }
    }
    return distance;
  };
  sample<double> one(7, -0.4, 1), other(7, 0.9, 2);
  other.conditions = one.conditions;  // the reference's own fluctuation, a constant, is left out
  one.values[0] = one.values[2] = one.values[4], one.values[6] = real.values[8];
  std::vector<double> unused(14);
  const double found = distance(one.x(), one.c(), rows<double>{unused, 2}),
               than = distance(other.x(), other.c(), rows<double>{unused, 2});
  CHECK(found - than == Approx(by_definition(one) - by_definition(other)).epsilon(1e-9));
}

TEST_CASE("penalties under conditions notice a swapped dependence, which those without cannot see") {
  notices_a_swapped_dependence(moment_penalty(itself{}, 1));
  notices_a_swapped_dependence(mmd_penalty(itself{}, 1));
  notices_a_swapped_dependence(cramer_penalty(itself{}, 1));
}

TEST_CASE("conditions that never vary are as none") {
  of_constant_conditions_is_of_none(moment_penalty(itself{}, 1, 3));
  of_constant_conditions_is_of_none(mmd_penalty(itself{}, 1));
  of_constant_conditions_is_of_none(cramer_penalty(itself{}, 1));
}

TEST_CASE("following its gradient, a generator comes to depend on its conditions as the reference does") {
  const followed one(cramer_penalty(itself{}, 1), 0.3, 1), two(cramer_penalty(itself{}, 1), 0.3, 2);
  CHECK((one.slope == two.slope && one.spread == two.spread));
  followed(moment_penalty(itself{}, 1), 0.03, 1), followed(mmd_penalty(itself{}, 1, 512), 3, 2);
}

TEST_CASE("a batch has conditions where the reference has some, and as many") {
  const sample<float> real(30, 1, 1), fake(8, 1, 2);
  std::vector<float> d(16);
  cramer_penalty told(itself{}, 1), untold(itself{}, 1);
  told.add(real.x(), real.c()), untold.add(real.x());
  CHECK_THROWS_WITH(told(fake.x(), {d, 2}),
                    has_text("cramer_penalty, conditions of an event: found 0 numbers, expected 2"));
  CHECK_THROWS_WITH(untold(fake.x(), {d, 2}, fake.c()), has_text("found 2 numbers, expected 0"));
  CHECK_THROWS_WITH(told(fake.x(), {d, 2}, {std::span(fake.conditions).first(14), 2}),
                    has_text("found 14 numbers, expected 16"));
  CHECK_THROWS_WITH(told.add(real.x()), has_text("found 0 numbers, expected 2"));
  std::vector<float> unknown(real.conditions.begin(), real.conditions.end());
  unknown[5] = std::nanf("");
  CHECK_THROWS_WITH(told.add(real.x(), {unknown, 2}), has_text("an event with a condition that is not finite"));
  unknown.resize(16);
  CHECK_THROWS_WITH(told(fake.x(), {d, 2}, {unknown, 2}), has_text("an event with a condition that is not finite"));
  CHECK_THROWS_WITH(
      told({std::span(fake.values).first(2), 2}, {std::span(d).first(2), 2}, {std::span(fake.conditions).first(2), 2}),
      has_text("expected at least 2"));
}
