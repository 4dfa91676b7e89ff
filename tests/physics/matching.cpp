// Observables of events matched to real ones: gradients as differences say, distributions that move where they should.
#if HEPGAN_HAS_FASTJET
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/jet_observables.hpp>
#include <limits>

#include "catch.hpp"

using namespace hepgan;
using namespace hepgan::physics;

namespace {

/// A user's own observables: the total energy, and its square.
struct total_energy {
  int count = 2, size = 16;
  double evaluate(std::span<const float> image, std::span<float> values) const {
    double sum = 0;
    for (const float e : image) sum += e;
    values[0] = static_cast<float>(sum), values[1] = static_cast<float>(sum * sum);
    return sum;
  }
  void pull_back(double sum, std::span<const float>, std::span<const float> d, std::span<float> d_image) const {
    for (float& g : d_image) g += static_cast<float>(d[0] + 2 * sum * d[1]);
  }
};

/// Largest difference between pull_back and central differences of Σ c_k values[k], over the largest slope.
template <class O>
double disagreement(const O& o, std::span<const float> image, float step) {
  std::vector<float> weights(o.count), values(o.count), d(o.size), x(image.begin(), image.end());
  for (int k = 0; k < o.count; ++k) weights[k] = 1.f / static_cast<float>(1 + k);
  o.pull_back(o.evaluate(x, values), x, weights, d);
  double worst = 0, largest = 0;
  for (int i = 0; i < o.size; ++i) {
    if (x[i] == 0) continue;
    double side[2];
    for (int s = 0; s < 2; ++s) {
      x[i] = image[i] * (1 + (s ? step : -step));
      o.evaluate(x, values);
      side[s] = 0;
      for (int k = 0; k < o.count; ++k) side[s] += double(weights[k]) * values[k];
    }
    x[i] = image[i];
    worst = std::max(worst, std::abs((side[1] - side[0]) / (2 * double(step) * image[i]) - d[i]));
    largest = std::max(largest, double(std::abs(d[i])));
  }
  CHECK(largest > 0);
  return worst / largest;
}

/// Three jets well apart, of a few towers each, in MeV: two that an analysis keeps and a softer one.
std::vector<float> three_jets() {
  std::vector<float> image(64 * 64);
  const random_stream r(1, purpose::user);
  std::uint64_t n = 0;
  for (const auto [row, column, gev] : {std::array{20, 8, 400}, std::array{40, 30, 250}, std::array{30, 52, 20}})
    for (int k = 0; k < 6; ++k) {
      const int at = (row + int(r.uniform(n) * 7)) * 64 + column + int(r.uniform(n + 1) * 7);
      image[at] += static_cast<float>(1000. * gev * (0.3 + r.uniform(n + 2)));
      n += 3;
    }
  return image;
}

std::vector<float> events_of_energy(int n, double mean, double spread, std::uint32_t stream) {
  const random_stream r(2, purpose::user, stream);
  std::vector<float> x(std::size_t(n) * 16);
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < 16; ++k) x[i * 16 + k] = static_cast<float>((mean + spread * r.normal(i)) / 16);
  return x;
}

}  // namespace

TEST_CASE("jets change with their cells as differences say") {
  const auto image = three_jets();
  const jet_observables jets(shape{1, 64, 64}, 4);
  std::vector<float> values(jets.count);
  const auto found = jets.evaluate(image, values);
  REQUIRE(found.jets.size() == 3);
  CHECK(values[0] == Approx(std::sqrt(found.jets[0].pt / 100)));
  CHECK((values[3] == 0 && values[7] == 0));  // there is no fourth jet
  CHECK(found.sum_mass == Approx(found.jets[0].m + found.jets[1].m));  // the third is below 200 GeV
  CHECK(disagreement(jets, image, 0.01f) < 2e-3);
}

TEST_CASE("observables of energies are differentiated through the energy transform") {
  for (const char* name : {"linear", "sqrt", "power:0.25", "log"}) {
    INFO(name);
    const data::energy_transform t(name, 1e5);
    auto pixels = three_jets();
    t.to_pixels(pixels);
    CHECK(disagreement(in_energies(t, jet_observables(shape{1, 64, 64}, 4)), pixels, 0.003f) < 4e-3);
  }
}

TEST_CASE("matching is zero on its own quantiles, and its gradient is its slope") {
  matching<total_energy> m({}, 3);
  auto real = events_of_energy(64, 5, 1, 0);
  std::vector<float> none(real.size()), d(real.size());
  CHECK_THROWS_WITH(m(real, none), has_text("no reference"));
  m.add(std::span(real).first(40 * 16)), m.add(std::span(real).subspan(40 * 16));
  CHECK(m(real, none) == Approx(0).margin(1e-9));
  CHECK(std::ranges::all_of(none, [](float g) { return std::abs(g) < 1e-6f; }));

  auto fake = events_of_energy(64, 7, 2, 1);
  CHECK(m(fake, d) > 1);
  std::vector<float> ignored(fake.size());
  for (const int i : {0, 77, 500}) {
    const float x = fake[i], h = 1e-2f;
    fake[i] = x + h;
    const double above = m(fake, ignored);
    fake[i] = x - h;
    const double below = m(fake, ignored);
    fake[i] = x;
    CHECK((above - below) / (2 * double(h)) == Approx(d[i]).epsilon(0.01));
  }
  CHECK_THROWS_WITH(m(std::span(fake).first(17), d), has_text("found 17 pixels, expected a multiple of 16"));
  fake[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(std::isnan(m(fake, d)));
}

TEST_CASE("following its gradient, a batch takes the reference's distribution, on any number of threads") {
  matching<total_energy> m({}, 1);
  m.add(events_of_energy(4096, 5, 1, 0));
  const auto descended = [&](int threads) {
    set_threads(threads);
    auto fake = events_of_energy(64, 9, 0.2, 1);
    for (int step = 0; step < 400; ++step) {
      std::vector<float> d(fake.size());
      m(fake, d);
      for (std::size_t i = 0; i < fake.size(); ++i) fake[i] -= 0.3f * d[i];
    }
    set_threads(0);
    return fake;
  };
  const auto fake = descended(1);
  CHECK(fake == descended(2));
  double mean = 0, square = 0;
  for (int i = 0; i < 64; ++i) {
    float v[2];
    const double e = total_energy{}.evaluate(std::span(fake).subspan(i * 16, 16), v);
    mean += e / 64, square += e * e / 64;
  }
  CHECK(mean == Approx(5).epsilon(0.02));
  CHECK(std::sqrt(square - mean * mean) == Approx(1).epsilon(0.1));
}
#endif
