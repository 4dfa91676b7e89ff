// Observables of events change with their pixels as differences say.
#if HEPGAN_HAS_FASTJET
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/physics/cell_observables.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/jet_observables.hpp>
#include <hepgan/physics/mass_observables.hpp>
#include <hepgan/physics/pair_observables.hpp>
#include <hepgan/physics/region_observables.hpp>
#include <numeric>

#include "catch.hpp"

using namespace hepgan;
using namespace hepgan::physics;

namespace {

/// Largest difference between pull_back and central differences of Σ c_k values[k], over the largest slope.
template <class O>
double disagreement(const O& o, std::span<const float> image, float step) {
  std::vector<float> weights(o.count), values(o.count), d(o.size), x(image.begin(), image.end());
  for (int k = 0; k < o.count; ++k) weights[k] = 1.f / static_cast<float>(1 + k);
  typename O::record record;
  o.evaluate(x, values, record);
  o.pull_back(record, x, weights, d);
  double worst = 0, largest = 0;
  for (int i = 0; i < o.size; ++i) {
    if (x[i] == 0) continue;
    double side[2];
    for (int s = 0; s < 2; ++s) {
      x[i] = image[i] * (1 + (s ? step : -step));
      o.evaluate(x, values, record);
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

}  // namespace

TEST_CASE("jets change with their cells as differences say") {
  const auto image = three_jets();
  const jet_observables jets(shape{1, 64, 64}, 4);
  std::vector<float> values(jets.count);
  jet_observables::record found;
  jets.evaluate(image, values, found);
  REQUIRE(found.jets.size() == 3);
  CHECK(values[0] == Approx(std::sqrt(found.jets[0].pt / 100)));
  CHECK((values[3] == 0 && values[7] == 0));                           // there is no fourth jet
  CHECK(found.sum_mass == Approx(found.jets[0].m + found.jets[1].m));  // the third is below 200 GeV
  CHECK(disagreement(jets, image, 0.01f) < 2e-3);
}

TEST_CASE("cells and regions change with their energies as differences say") {
  std::vector<float> image(4096), values(4);
  image[5] = 1000, image[99] = 3000, image[4000] = 96000;
  const cell_observables cells(shape{1, 64, 64});
  double total;
  cells.evaluate(image, values, total);
  CHECK(total == Approx(1e5));
  CHECK(values[0] == Approx(1));  // 100 GeV
  CHECK(values[1] == Approx(0.5 + 0.75 + 96.0 / 97));
  CHECK(values[3] == Approx(1.0 / 101 + 3.0 / 103 + 96.0 / 196));
  CHECK(disagreement(cells, image, 0.01f) < 1e-3);

  const region_observables regions(shape{1, 64, 64}, 4, 8);
  std::vector<float> energy(regions.count);
  region_observables::record regional;
  regions.evaluate(image, energy, regional);
  CHECK(energy[0] == Approx(std::sqrt(0.01)));
  CHECK(energy[4] == Approx(std::sqrt(0.03)));          // row 1, column 35
  CHECK(energy[3 * 8 + 4] == Approx(std::sqrt(0.96)));  // row 62, column 32
  CHECK(disagreement(regions, image, 0.01f) < 1e-3);
  CHECK_THROWS_WITH(region_observables(shape{1, 64, 64}, 3, 8),
                    has_text("expected one channel that 3 x 8 regions divide"));
  std::ranges::fill(image, 0.f);
  cells.evaluate(image, values, total), regions.evaluate(image, energy, regional);
  CHECK(std::ranges::all_of(values, [](float v) { return v == 0; }));
  CHECK(std::ranges::all_of(energy, [](float v) { return v == 0; }));
}

TEST_CASE("pairs of cells are counted by their distance, around the circle in columns") {
  const pair_observables pairs(shape{1, 64, 64});
  const int columns = pairs.count / 8;  // row distances 0, 1, 2, 3-4, 5-8, 9-16, 17-32, 33-63
  CHECK(columns == 5 + 14);
  std::vector<float> image(4096), values(pairs.count);
  image[10 * 64 + 1] = 2, image[10 * 64 + 62] = 3, image[17 * 64 + 20] = 5;
  pair_observables::record record;
  pairs.evaluate(image, values, record);
  CHECK(values[0 * columns + 3] == 6);            // 61 columns apart are 3
  CHECK(values[4 * columns + 5 + 14 / 2] == 10);  // 7 rows; 19 columns
  CHECK(values[4 * columns + 5 + 17 / 2] == 15);  // 7 rows; 22 columns
  CHECK(std::accumulate(values.begin(), values.end(), 0.f) == 31);
  CHECK(disagreement(pairs, three_jets(), 0.01f) < 1e-3);
  std::ranges::fill(image, 0.f);
  pairs.evaluate(image, values, record);
  CHECK(std::ranges::all_of(values, [](float v) { return v == 0; }));
  CHECK_THROWS_WITH(pair_observables(shape{2, 64, 64}), has_text("expected one channel"));
}

TEST_CASE("masses of pairs within a radius are those of four-vectors") {
  const auto image = three_jets();
  const mass_observables masses(shape{1, 64, 64}, {1.0, 100});
  std::vector<float> values(2);
  mass_observables::record record;
  masses.evaluate(image, values, record);
  double e = 0, px = 0, py = 0, pz = 0;
  for (int i = 0; i < 4096; ++i) {
    const double eta = 5.0 / 64 * (i / 64 + 0.5) - 2.5, phi = 2 * std::numbers::pi * (i % 64 + 0.5) / 64;
    const double pt = 1e-3 * double(image[i]) / std::cosh(eta);
    e += pt * std::cosh(eta), px += pt * std::cos(phi), py += pt * std::sin(phi), pz += pt * std::sinh(eta);
  }
  CHECK(values[1] == Approx(std::sqrt(std::sqrt(e * e - px * px - py * py - pz * pz) / 100)).epsilon(1e-5));
  CHECK((values[0] > 0 && values[0] < values[1]));
  CHECK(disagreement(masses, image, 0.01f) < 1e-3);

  std::vector<float> across(4096), one(4096);  // 2 columns apart around the circle, in the same row
  across[20 * 64] = 3e4f, across[20 * 64 + 62] = 5e4f, one[77] = 1e5f;
  masses.evaluate(across, values, record);
  const double cosh = std::cosh(5.0 / 64 * 20.5 - 2.5),
               m2 = 2 * 30 * 50 / (cosh * cosh) * (1 - std::cos(std::numbers::pi / 16));
  CHECK(values[0] == Approx(std::sqrt(std::sqrt(m2) / 100)));
  masses.evaluate(one, values, record);
  CHECK((values[0] == 0 && values[1] == 0));
  std::vector<float> d(4096), ones(2, 1.f);
  masses.pull_back(record, one, ones, d);
  CHECK(std::ranges::all_of(d, [](float s) { return s == 0; }));
  CHECK_THROWS_WITH(mass_observables(shape{2, 64, 64}), has_text("expected one channel"));
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
#endif
