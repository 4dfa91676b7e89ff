// Observables of events change with their pixels as differences say.
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/physics/balance_observable.hpp>
#include <hepgan/physics/cell_observables.hpp>
#include <hepgan/physics/image_observables.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/mass_observables.hpp>
#include <hepgan/physics/pair_observables.hpp>
#include <hepgan/physics/region_observables.hpp>
#include <numeric>
#if HEPGAN_HAS_FASTJET
#include <hepgan/physics/jet_observables.hpp>
#endif

#include "catch.hpp"
#include "distance.hpp"

using namespace hepgan;
using namespace hepgan::physics;

namespace {

/// Of one event, and what pull_back needs of it.
template <class O, class Real>
struct found {
  record_of<O, Real> record;
  std::vector<Real> values;
  found(const O& o, const std::vector<Real>& image) : values(o.count) { evaluate(o, image); }
  void evaluate(const O& o, const std::vector<Real>& image) {
    o.evaluate(std::span<const Real>(image), std::span<Real>(values), record);
  }
};

/// Of Σ c_k values[k].
template <class O, class Real>
std::vector<Real> slopes_of(const O& o, const std::vector<Real>& image, const std::vector<Real>& c) {
  found<O, Real> event(o, image);
  std::vector<Real> d(o.size);
  o.pull_back(event.record, std::span<const Real>(image), std::span<const Real>(c), std::span<Real>(d));
  return d;
}

/// Slopes in double beside differences, and those in float beside these.
template <class O>
void slopes_are_differences(const O& o, const std::vector<float>& event) {
  std::vector<double> image(event.begin(), event.end()), c(o.count);
  for (int k = 0; k < o.count; ++k) c[k] = 1. / (1 + k);
  const auto d = slopes_of(o, image, c);
  found<O, double> moved(o, image);
  CHECK(test::difference(d, image, test::in_proportion(2e-4), [&] {
          moved.evaluate(o, image);
          return std::inner_product(c.begin(), c.end(), moved.values.begin(), 0.0);
        }) < 1e-7);
  const auto in_float = slopes_of(o, event, std::vector<float>(c.begin(), c.end()));
  CHECK(test::distance(in_float, d) < 2e-5);
  bool dark_cells_have_none = true;
  for (int i = 0; i < o.size; ++i) dark_cells_have_none &= event[i] != 0 || d[i] == 0;
  CHECK(dark_cells_have_none);
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

TEST_CASE("cells and regions change with their energies as differences say") {
  std::vector<float> image(4096);
  image[5] = 1000, image[99] = 3000, image[4000] = 96000;
  const cell_observables cells(shape{1, 64, 64});
  const found all(cells, image);
  CHECK(all.record.energy == Approx(1e5));
  CHECK(all.values[0] == Approx(1));  // 100 GeV
  CHECK(all.values[1] == Approx(0.5 + 0.75 + 96.0 / 97));
  CHECK(all.values[3] == Approx(1.0 / 101 + 3.0 / 103 + 96.0 / 196));
  slopes_are_differences(cells, image);

  const region_observables regions(shape{1, 64, 64}, 4, 8);
  const auto energy = found(regions, image).values;
  CHECK(energy[0] == Approx(std::sqrt(0.01)));
  CHECK(energy[4] == Approx(std::sqrt(0.03)));          // row 1, column 35
  CHECK(energy[3 * 8 + 4] == Approx(std::sqrt(0.96)));  // row 62, column 32
  slopes_are_differences(regions, image);
  CHECK_THROWS_WITH(region_observables(shape{1, 64, 64}, 3, 8),
                    has_text("expected one channel that 3 x 8 regions divide"));
  std::ranges::fill(image, 0.f);
  CHECK(found(cells, image).values == std::vector<float>(4));
  CHECK(found(regions, image).values == std::vector<float>(32));
}

TEST_CASE("cells above a threshold are counted by a curve of the slope that is asked for") {
  std::vector<double> image(4096);
  image[0] = 500, image[70] = 1000, image[80] = 250, image[4095] = 5e5;
  const shape s{1, 64, 64};
  const occupancy_observables lit(s, {500, 1000});
  const auto n = found(lit, image).values;
  CHECK(n[0] == Approx(0.5 + 16. / 17 + 1. / 17 + 1));
  CHECK(n[1] == Approx(1. / 17 + 0.5 + 1. / 257 + 1));
  const auto d = slopes_of(lit, image, {1, 0});
  CHECK(d[0] == Approx(4 / 4. / 500));  // at the threshold, n/4c
  CHECK((d[1] == 0 && std::abs(d[4095]) < 1e-9));
  CHECK(found(occupancy_observables(s, {500}, 60), image).values[0] == Approx(2.5));  // a step
  slopes_are_differences(lit, three_jets());
  slopes_are_differences(occupancy_observables(s, {2e4, 1e5}, 2.5), three_jets());
  slopes_are_differences(cell_observables(s, {500, 2e4}, 3), three_jets());

  const auto both = found(cell_observables(s, {500, 1000}, 4), image).values;
  CHECK((both.size() == 3 && both[1] == n[0] && both[2] == n[1]));
  const auto gentle = found(occupancy_observables(s, {1e3, 1e4, 1e5}, 1), image).values;
  const auto usual = found(cell_observables(s), image).values;
  CHECK(std::equal(gentle.begin(), gentle.end(), usual.begin() + 1));
  std::ranges::fill(image, 1e-300);  // all lit, and no power of c/E is a number that there is
  CHECK(found(lit, image).values == std::vector<double>(2));
  CHECK(slopes_of(lit, image, {1, 1}) == std::vector<double>(4096));
  CHECK_THROWS_WITH(occupancy_observables(s, {500, 0}), has_text("threshold of 0 MeV, expected more than 0"));
  CHECK_THROWS_WITH(occupancy_observables(s, {500}, 0.5), has_text("slope of 0.5, expected 1 or more"));
}

TEST_CASE("the total energy and its profiles in eta and phi are observables of their own") {
  const shape s{1, 64, 64};
  std::vector<double> image(4096), rows(64), columns(64);
  const random_stream r(3, purpose::user);
  double total = 0;
  for (int i = 0; i < 4096; ++i)
    if (r.uniform(2 * i) < 0.1) {
      image[i] = 1e4 * r.uniform(2 * i + 1);
      total += image[i], rows[i / 64] += image[i], columns[i % 64] += image[i];
    }
  CHECK(found(energy_observable(s), image).values == std::vector{std::sqrt(1e-3 * total / 100)});
  const auto eta = found(region_observables(s, 64, 1), image).values,
             phi = found(region_observables(s, 1, 64), image).values;
  REQUIRE((eta.size() == 64 && phi.size() == 64));
  for (int k = 0; k < 64; ++k) {
    CHECK(eta[k] == Approx(std::sqrt(1e-5 * rows[k])).epsilon(1e-12));
    CHECK(phi[k] == Approx(std::sqrt(1e-5 * columns[k])).epsilon(1e-12));
  }
  CHECK((found(eta_profile(s), image).values == eta && found(phi_profile(s), image).values == phi));
  CHECK_THROWS_WITH(region_observables(s, 0, 1), has_text("expected one channel that 0 x 1 regions divide"));
  for (const auto& o : {region_observables(s, 64, 1), region_observables(s, 1, 64), region_observables(s, 1, 1)})
    slopes_are_differences(o, three_jets());
}

TEST_CASE("pairs of cells are counted by their distance, around the circle in columns") {
  const pair_observables pairs(shape{1, 64, 64});
  const int columns = pairs.count / 8;  // row distances 0, 1, 2, 3-4, 5-8, 9-16, 17-32, 33-63
  CHECK(columns == 5 + 14);
  std::vector<float> image(4096);
  image[10 * 64 + 1] = 2, image[10 * 64 + 62] = 3, image[17 * 64 + 20] = 5;
  const auto values = found(pairs, image).values;
  CHECK(values[0 * columns + 3] == 6);            // 61 columns apart are 3
  CHECK(values[4 * columns + 5 + 14 / 2] == 10);  // 7 rows; 19 columns
  CHECK(values[4 * columns + 5 + 17 / 2] == 15);  // 7 rows; 22 columns
  CHECK(std::accumulate(values.begin(), values.end(), 0.f) == 31);
  slopes_are_differences(pairs, three_jets());
  std::ranges::fill(image, 0.f);
  CHECK(found(pairs, image).values == std::vector<float>(pairs.count));
  CHECK_THROWS_WITH(pair_observables(shape{2, 64, 64}), has_text("expected one channel"));
}

TEST_CASE("masses of pairs within a radius are those of four-vectors") {
  const auto image = three_jets();
  const mass_observables masses(shape{1, 64, 64}, {1.0, 100});
  double e = 0, px = 0, py = 0, pz = 0;
  for (int i = 0; i < 4096; ++i) {
    const double eta = 5.0 / 64 * (i / 64 + 0.5) - 2.5, phi = 2 * std::numbers::pi * (i % 64 + 0.5) / 64;
    const double pt = 1e-3 * double(image[i]) / std::cosh(eta);
    e += pt * std::cosh(eta), px += pt * std::cos(phi), py += pt * std::sin(phi), pz += pt * std::sinh(eta);
  }
  const auto values = found(masses, image).values;
  CHECK(values[1] == Approx(std::sqrt(std::sqrt(e * e - px * px - py * py - pz * pz) / 100)).epsilon(1e-5));
  CHECK((values[0] > 0 && values[0] < values[1]));
  slopes_are_differences(masses, image);

  std::vector<float> across(4096), one(4096);  // 2 columns apart around the circle, in the same row
  across[20 * 64] = 3e4f, across[20 * 64 + 62] = 5e4f, one[77] = 1e5f;
  const double cosh = std::cosh(5.0 / 64 * 20.5 - 2.5),
               m2 = 2 * 30 * 50 / (cosh * cosh) * (1 - std::cos(std::numbers::pi / 16));
  CHECK(found(masses, across).values[0] == Approx(std::sqrt(std::sqrt(m2) / 100)));
  CHECK(found(masses, one).values == std::vector<float>(2));
  const double further = std::cosh(2 * 4.9 / 64 * 20.5 - 4.9);  // a detector that ends further out
  CHECK(found(mass_observables(shape{1, 64, 64}, {1.0}, 4.9), across).values[0] ==
        Approx(std::sqrt(std::sqrt(m2) * cosh / further / 100)));
  CHECK(slopes_of(masses, one, {1, 1}) == std::vector<float>(4096));
  CHECK_THROWS_WITH(mass_observables(shape{2, 64, 64}), has_text("expected one channel"));
}

TEST_CASE("missing transverse energy is that of the comparison, and changes with its cells as differences say") {
  const shape s{1, 64, 64};
  const balance_observable balance(s);
  const auto image = three_jets();
  image_samples compared;
  compared.add(image, s);
  CHECK(found(balance, image).values[0] == Approx(std::sqrt(compared["missingEt"][0] / 100)).epsilon(1e-5));
  slopes_are_differences(balance, image);
  std::vector<float> back_to_back(4096);
  back_to_back[20 * 64 + 3] = back_to_back[20 * 64 + 35] = 1e5f;
  CHECK(found(balance, back_to_back).values[0] < 1e-3);
  CHECK(slopes_of(balance, std::vector<float>(4096), {1}) == std::vector<float>(4096));
  CHECK_THROWS_WITH(balance_observable(shape{2, 64, 64}), has_text("expected one channel"));
}

TEST_CASE("observables of energies are differentiated through the energy transform") {
  const shape s{1, 64, 64};
  for (const char* name : {"linear", "sqrt", "power:0.25", "log"}) {
    INFO(name);
    const data::energy_transform t(name, 1e5);
    auto pixels = three_jets();
    t.to_pixels(pixels);
    slopes_are_differences(in_energies(t, cell_observables(s)), pixels);
    slopes_are_differences(in_energies(t, mass_observables(s)), pixels);
#if HEPGAN_HAS_FASTJET
    slopes_are_differences(in_energies(t, jet_observables(s, 4)), pixels);
#endif
  }
}

#if HEPGAN_HAS_FASTJET
TEST_CASE("jets change with their cells as differences say") {
  const auto image = three_jets();
  const jet_observables jets(shape{1, 64, 64}, 4);
  const found event(jets, image);
  const auto& of = event.record.jets;
  REQUIRE(of.size() == 3);
  CHECK(event.values[0] == Approx(std::sqrt(of[0].pt / 100)));
  CHECK((event.values[3] == 0 && event.values[7] == 0));      // there is no fourth jet
  CHECK(event.record.sum_mass == Approx(of[0].m + of[1].m));  // the third is below 200 GeV
  slopes_are_differences(jets, image);
}
#endif
