// Observables held to moments, and to a joint distribution: their definitions, their slopes, and without bias.
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/penalty/mmd.hpp>
#include <hepgan/penalty/moments.hpp>

#include "catch.hpp"
#include "distance.hpp"
#include "itself.hpp"

using namespace hepgan;

namespace {

/// Two numbers of an event of two pixels: their sum, and the square of their difference.
struct sum_and_square {
  int count = 2, size = 2;
  struct record {};
  template <class Real>
  void evaluate(std::span<const Real> x, std::span<Real> v, record&) const {
    v[0] = x[0] + x[1], v[1] = (x[0] - x[1]) * (x[0] - x[1]);
  }
  template <class Real>
  void pull_back(record&, std::span<const Real> x, std::span<const Real> d, std::span<Real> dx) const {
    dx[0] += d[0] + 2 * (x[0] - x[1]) * d[1], dx[1] += d[0] - 2 * (x[0] - x[1]) * d[1];
  }
};

/// Pairs of standard normal numbers with this correlation, shifted.
template <class Real = float>
std::vector<Real> pairs(int n, double correlation, double shift, std::uint32_t stream) {
  const random_stream r(2, purpose::user, stream);
  std::vector<Real> x;
  for (int i = 0; i < n; ++i) {
    const double a = r.normal(2 * i), b = r.normal(2 * i + 1);
    x.push_back(Real(a + shift)), x.push_back(Real(correlation * a + std::sqrt(1 - correlation * correlation) * b));
  }
  return x;
}
rows<const float> events(const std::vector<float>& x) { return {x, 2}; }

template <class Penalty>
void slopes_are_differences(Penalty penalty) {
  const auto real = pairs<double>(40, 0.5, 0, 0);
  auto fake = pairs<double>(7, -0.3, 0.4, 1);
  penalty.add({real, 2});
  std::vector<double> d(fake.size()), unused(fake.size());
  penalty({fake, 2}, {d, 2});
  CHECK(test::difference(d, fake, test::in_proportion(1e-3), [&] { return penalty({fake, 2}, {unused, 2}); }) < 1e-7);
}

template <class Penalty>
struct mean_and_error {
  double mean = 0, error = 0;
  mean_and_error(Penalty penalty, double correlation, double shift, int batches) {
    double square = 0;
    std::vector<float> unused(2 * 16);
    for (int b = 0; b < batches; ++b) {
      const double found = penalty(events(pairs(16, correlation, shift, 10 + b)), {unused, 2});
      mean += found / batches, square += found * found / batches;
    }
    error = std::sqrt((square - mean * mean) / batches);
  }
};

template <class Penalty>
Penalty beside(Penalty penalty) {
  penalty.add(events(pairs(4096, 0, 0, 1)));
  return penalty;
}

}  // namespace

TEST_CASE("slopes of penalties on moments and joint distributions are differences") {
  slopes_are_differences(moment_penalty<sum_and_square, double>({}, 1.5));
  slopes_are_differences(moment_penalty<sum_and_square, double>({}, 1.5, 4));
  slopes_are_differences(mmd_penalty<sum_and_square, double>({}, 1.5));
}

TEST_CASE("moments are those of the definition") {
  moment_penalty penalty(itself{}, 2, 1);
  const std::vector<float> real{1, 7, 3, 7}, fake{4, 7, 5, 8};  // means 2 and 7, deviations 1 and none
  penalty.add(events(real));
  std::vector<float> d(4);
  // pairs of different events: (4 − 2)(5 − 2)/1² and (7 − 7)(8 − 7)
  CHECK(penalty(events(fake), {d, 2}) == Approx(2 * (2 * 3 + 0)));
  CHECK(d[0] == Approx(2 * 3));
  CHECK(d[1] == Approx(2 * 1));
  CHECK_THROWS_WITH(moment_penalty(itself{}, 1, 0), has_text("expected 1 to 8"));
  CHECK_THROWS_WITH(penalty(events({4, 7}), {std::span(d).first(2), 2}), has_text("expected at least 2"));
}

TEST_CASE("penalties on observables are zero within error where distributions agree, and above where not") {
  const mean_and_error same(beside(moment_penalty(itself{}, 1)), 0, 0, 400);
  CHECK(std::abs(same.mean) < 4 * same.error);
  const mean_and_error shifted(beside(moment_penalty(itself{}, 1)), 0, 0.5, 400);
  CHECK(shifted.mean > 10 * shifted.error);
  const mean_and_error alike(beside(mmd_penalty(itself{}, 1)), 0, 0, 400);
  CHECK(std::abs(alike.mean) < 4 * alike.error);
  // a correlation changes neither number's distribution
  const mean_and_error correlated(beside(mmd_penalty(itself{}, 1)), 0.9, 0, 400);
  CHECK(correlated.mean > 10 * correlated.error);
  const mean_and_error unseen(beside(moment_penalty(itself{}, 1)), 0.9, 0, 400);
  CHECK(std::abs(unseen.mean) < 4 * unseen.error);
}

TEST_CASE("a reference may grow, and an observable that is no number makes a penalty that is none") {
  for (const bool joint : {false, true}) {
    const auto check = [](auto penalty, auto whole) {
      penalty.add(events(pairs(30, 0, 0, 1)));
      const auto fake = pairs(8, 0, 1, 3);
      std::vector<float> d(16), e(16);
      penalty(events(fake), {d, 2});
      penalty.add(events(pairs(30, 0.5, 2, 2))), whole.add(events(pairs(30, 0, 0, 1)));
      whole.add(events(pairs(30, 0.5, 2, 2)));
      CHECK(penalty(events(fake), {d, 2}) == whole(events(fake), {e, 2}));
      auto bad = fake;
      bad[3] = std::nanf("");
      CHECK(std::isnan(penalty(events(bad), {d, 2})));
    };
    if (joint)
      check(mmd_penalty(itself{}, 1), mmd_penalty(itself{}, 1));
    else
      check(moment_penalty(itself{}, 1), moment_penalty(itself{}, 1));
  }
}

TEST_CASE("a penalty is made of a weight from 0 on") {
  CHECK_THROWS_WITH(moment_penalty(itself{}, std::nan("")), has_text("moment_penalty: found weight = nan, expected"));
  CHECK_THROWS_WITH(mmd_penalty(itself{}, -1), has_text("mmd_penalty: found weight = -1, expected"));
}

TEST_CASE("an observable that never varies has no scale: a difference counts as it is") {
  std::vector<float> real;
  for (int i = 0; i < 1000; ++i) real.push_back(float(i % 7)), real.push_back(0.1f);
  moment_penalty moments(itself{}, 1);
  mmd_penalty joint(itself{}, 1);
  moments.add(events(real)), joint.add(events(real));
  auto fake = real;
  fake.resize(32);
  std::vector<float> d(32), e(32);
  CHECK(std::abs(moments(events(fake), {d, 2})) < 0.5);
  const double near = joint(events(fake), {e, 2});
  for (std::size_t i = 1; i < fake.size(); i += 2) fake[i] += 1;
  CHECK(moments(events(fake), {d, 2}) == Approx(2).margin(0.6));  // of the mean, and of the square
  CHECK(joint(events(fake), {e, 2}) > near + 0.1);
  for (const float s : d) CHECK(std::abs(s) < 10);
}
