// The Cramér penalty: against its definition, its differences, and without bias.
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <limits>
#include <numeric>

#include "catch.hpp"
#include "distance.hpp"

using namespace hepgan;

namespace {

/// A user's own observables: the total energy, and its square.
struct total_energy {
  int count = 2, size = 16;
  using record = double;
  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, double& sum) const {
    sum = 0;
    for (const Real e : image) sum += e;
    values[0] = static_cast<Real>(sum), values[1] = static_cast<Real>(sum * sum);
  }
  template <class Real>
  void pull_back(double sum, std::span<const Real>, std::span<const Real> d, std::span<Real> d_image) const {
    for (Real& g : d_image) g += static_cast<Real>(d[0] + 2 * sum * d[1]);
  }
};
/// As a user writes it who wants no more than a training.
struct in_float {
  static constexpr int count = 2, size = 16;
  struct record {};
  void evaluate(std::span<const float> image, std::span<float> values, record&) const {
    double sum;
    total_energy{}.evaluate(image, values, sum);
  }
  void pull_back(record, std::span<const float> image, std::span<const float> d, std::span<float> d_image) const {
    total_energy{}.pull_back(std::accumulate(image.begin(), image.end(), 0.0), image, d, d_image);
  }
};
static_assert(observable_policy<total_energy, double> && observable_policy<in_float>);
static_assert(!observable_policy<in_float, double> && !observable_policy<std::vector<int>>);

constexpr std::size_t pixels = 16;

template <class Real = float>
std::vector<Real> events_of_energy(int n, double mean, double spread, std::uint32_t stream) {
  const random_stream r(2, purpose::user, stream);
  std::vector<Real> x(std::size_t(n) * 16);
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < 16; ++k) x[i * 16 + k] = static_cast<Real>((mean + spread * r.normal(i)) / 16);
  return x;
}

template <class Real>
double energy_of(const std::vector<Real>& events, int i) {
  return std::accumulate(events.begin() + i * 16, events.begin() + (i + 1) * 16, 0.0);
}

/// ½(2E|x − y| − E|x − x′| − E|y − y′|), pair by pair.
double by_definition(const std::vector<double>& x, const std::vector<double>& y) {
  const auto mean = [](const auto& a, const auto& b, double pairs) {
    double sum = 0;
    for (const double p : a)
      for (const double q : b) sum += std::abs(p - q);
    return sum / pairs;
  };
  const double n = double(x.size()), m = double(y.size());
  return mean(x, y, n * m) - 0.5 * mean(x, x, n * (n - 1)) - 0.5 * mean(y, y, m * (m - 1));
}

}  // namespace

TEST_CASE("the Cramer penalty is its definition, ties and all, and its gradient is its slope") {
  cramer_penalty<total_energy, double> penalty({}, 3);
  auto real = events_of_energy<double>(9, 5, 1, 0), fake = events_of_energy<double>(6, 6, 2, 1);
  std::copy_n(fake.begin(), 16, real.begin());       // a tie across
  std::copy_n(fake.begin(), 16, fake.begin() + 16);  // and a tie within
  std::vector<double> d(fake.size()), ignored(fake.size());
  CHECK_THROWS_WITH(penalty({fake, pixels}, {d, pixels}), has_text("no reference"));
  penalty.add({std::span(real).first(4 * 16), pixels}), penalty.add({std::span(real).subspan(4 * 16), pixels});
  double expected = 0;
  for (const int power : {1, 2}) {
    std::vector<double> x, y;
    for (int i = 0; i < 6; ++i) x.push_back(std::pow(energy_of(fake, i), power));
    for (int i = 0; i < 9; ++i) y.push_back(std::pow(energy_of(real, i), power));
    double mean = 0, square = 0;
    for (const double v : y) mean += v / 9, square += v * v / 9;
    expected += 3 * by_definition(x, y) / std::sqrt(square - mean * mean);
  }
  CHECK(penalty({fake, pixels}, {d, pixels}) == Approx(expected).epsilon(1e-12));
  std::fill_n(fake.begin(), 32, 0.0), std::fill_n(real.begin(), 16, 0.0);  // these two are tied, and stay
  cramer_penalty<total_energy, double> untied({}, 3);
  untied.add({real, pixels}), d.assign(d.size(), 0.0);
  untied({fake, pixels}, {d, pixels});
  CHECK(test::difference(d, fake, test::in_proportion(1e-5), [&] {
          return untied({fake, pixels}, {ignored, pixels});
        }) < 1e-7);
  CHECK_THROWS_WITH(penalty({std::span(fake).first(17), pixels}, {d, pixels}),
                    has_text("found 17 pixels, expected a multiple of 16"));
  CHECK_THROWS_WITH(penalty({fake, 8}, {d, 8}), has_text("pixels of an event: found 8 numbers, expected 16"));
  CHECK_THROWS_WITH(penalty({fake, pixels}, {d, 8}), has_text("pixels of a gradient: found 8 numbers, expected 16"));
  CHECK_THROWS_WITH(cramer_penalty<total_energy>({.count = 0}, 1), has_text("expected at least one"));
  fake[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(penalty({fake, pixels}, {d, pixels})));
  CHECK_THROWS_WITH(penalty.add({fake, pixels}), has_text("not finite"));
}

TEST_CASE("an observable in float alone is held as one in any numbers") {
  cramer_penalty<total_energy> any({}, 3);
  cramer_penalty<in_float> alone({}, 3);
  const auto real = events_of_energy(9, 5, 1, 0), fake = events_of_energy(6, 6, 2, 1);
  any.add({real, pixels}), alone.add({real, pixels});
  std::vector<float> d(fake.size()), e(fake.size());
  CHECK(any({fake, pixels}, {d, pixels}) == alone({fake, pixels}, {e, pixels}));
  CHECK(d == e);
}

TEST_CASE("batches of the right distribution are pushed neither way on average, not even to be narrower") {
  cramer_penalty<total_energy> penalty({}, 1);
  const auto real = events_of_energy(20000, 5, 1, 0);
  penalty.add({real, pixels});
  constexpr int n = 16, batches = 600;
  double value = 0, shift = 0, stretch = 0, shift2 = 0, stretch2 = 0, value2 = 0;
  for (int b = 0; b < batches; ++b) {
    const auto fake = events_of_energy(n, 5, 1, 100 + b);
    std::vector<float> d(fake.size());
    const double v = penalty({fake, pixels}, {d, pixels});
    double down = 0, wide = 0;
    for (int i = 0; i < n; ++i) down += d[i * 16], wide += d[i * 16] * (energy_of(fake, i) - 5);
    value += v, shift += down, stretch += wide;
    value2 += v * v, shift2 += down * down, stretch2 += wide * wide;
  }
  const auto compatible = [](double sum, double square) { return std::abs(sum) < 4 * std::sqrt(square); };
  CHECK(compatible(value, value2));
  CHECK(compatible(shift, shift2));
  CHECK(compatible(stretch, stretch2));
}

TEST_CASE("following its gradient, a batch takes the reference's distribution, on any number of threads") {
  cramer_penalty<total_energy> penalty({}, 1);
  const auto real = events_of_energy(4096, 5, 1, 0);
  penalty.add({real, pixels});
  const auto descended = [&](int threads) {
    set_threads(threads);
    auto fake = events_of_energy(64, 9, 0.2, 1);
    for (int step = 0; step < 1500; ++step) {
      std::vector<float> d(fake.size());
      penalty({fake, pixels}, {d, pixels});
      for (std::size_t i = 0; i < fake.size(); ++i) fake[i] -= 0.05f * d[i];
    }
    set_threads(0);
    return fake;
  };
  const auto fake = descended(1);
  CHECK(fake == descended(2));
  double mean = 0, square = 0;
  for (int i = 0; i < 64; ++i) mean += energy_of(fake, i) / 64, square += energy_of(fake, i) * energy_of(fake, i) / 64;
  CHECK(mean == Approx(5).epsilon(0.02));
  CHECK(std::sqrt(square - mean * mean) == Approx(1).epsilon(0.15));
}

TEST_CASE("an observable that never varies counts differences as they are") {
  detail::sorted_samples samples;
  samples.resize(1, 1000, 1);
  samples.set(0, std::vector<detail::ranked>(1000, {1.1, 0}), {std::vector<double>(1000, 1), 1});
  CHECK(samples.scale(0) == 1);
}

TEST_CASE("the spread of an observable far from zero is its own") {
  constexpr int n = 1000;
  std::vector<detail::ranked> order;
  for (std::uint32_t i = 0; i < n; ++i) order.push_back({1e9 + i, i});
  detail::sorted_samples samples;
  samples.resize(1, n, 1);
  samples.set(0, order, {std::vector<double>(n, 1), 1});
  CHECK(samples.scale(0) == Approx(std::sqrt((double(n) * n - 1) / 12)).epsilon(1e-9));
}
