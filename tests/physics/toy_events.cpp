// The built-in events keep near the real ones: at (1400, 850) those have 4.3 jets, 841 GeV, 4.5 % of pixels.
#if HEPGAN_HAS_FASTJET
#include "../../examples/rpv/toy_events.hpp"

#include <algorithm>
#include <cmath>
#include <hepgan/core/parallel.hpp>
#include <hepgan/physics/images.hpp>
#include <hepgan/physics/jets.hpp>
#include <hepgan/physics/observables.hpp>
#include <numeric>

#include "catch.hpp"

using namespace hepgan;

namespace {

std::vector<float> events(std::int64_t first, std::int64_t n, double mglu = 1400, double mneu = 850) {
  std::vector<float> images(static_cast<std::size_t>(n) * rpv::toy_pixels);
  rpv::generate(7, first, n, mglu, mneu, images);
  return images;
}
double per_event(const char* observable, const physics::jet_events& o) {
  const auto sample = physics::values(observable, o);
  return std::accumulate(sample.begin(), sample.end(), 0.0) / double(o.size());
}

}  // namespace

TEST_CASE("Built-in events look like RPV events") {
  const auto images = events(0, 400);
  const auto o = physics::reconstruct(images, {1, 64, 64});
  const double n_jet = per_event("nJet", o), mass = per_event("sumMass", o), full = physics::occupancy(images);
  INFO("nJet " << n_jet << ", summed mass " << mass << ", occupancy " << full);
  CHECK(n_jet > 3.7);
  CHECK(n_jet < 5);
  CHECK(mass > 700);
  CHECK(mass < 1000);
  CHECK(full > 0.03);
  CHECK(full < 0.06);
  CHECK(std::all_of(images.begin(), images.end(), [](float e) { return e == 0 || (e >= 500 && e < 6.5e6f); }));
}

TEST_CASE("Heavier gluinos give more mass, and events stay of their kind") {
  double before = 0;
  for (auto [mglu, mneu] : {std::pair{1000., 500.}, {1400., 850.}, {1800., 1050.}}) {
    const auto images = events(0, 300, mglu, mneu);
    const auto o = physics::reconstruct(images, {1, 64, 64});
    const double n_jet = per_event("nJet", o), mass = per_event("sumMass", o), full = physics::occupancy(images);
    INFO(mglu << ", " << mneu << " GeV: nJet " << n_jet << ", summed mass " << mass << ", occupancy " << full);
    CHECK(mass > before + 100);
    CHECK(n_jet > 3);
    CHECK(n_jet < 6);
    CHECK(full > 0.02);
    CHECK(full < 0.08);
    before = mass;
  }
}

TEST_CASE("An event is a function of seed and number, on any number of threads") {
  const auto all = events(0, 20);
  const auto part = events(13, 4);
  CHECK(std::equal(part.begin(), part.end(), all.begin() + 13 * rpv::toy_pixels));
  const int before = threads();
  set_threads(3);
  CHECK(events(0, 20) == all);
  set_threads(before);
  std::vector<float> other(rpv::toy_pixels);
  rpv::generate(8, 0, 1, 1400, 850, other);
  CHECK_FALSE(std::equal(other.begin(), other.end(), all.begin()));
}

TEST_CASE("Built-in pileup is like that of 20 collisions: 1.3 TeV in 10 % of the cells, and no jets") {
  constexpr int n = 400;
  std::vector<float> images(n * rpv::toy_pixels), collisions(n);
  rpv::generate_pileup(5, 0, 20, images, collisions);
  const double energy = 1e-3 * physics::total_energy(images) / n, full = physics::occupancy(images);
  INFO("energy " << energy << " GeV, occupancy " << full);
  CHECK(energy > 1100);
  CHECK(energy < 1500);
  CHECK(full > 0.08);
  CHECK(full < 0.12);
  CHECK(physics::reconstruct(images, {1, 64, 64}).no_jet_fraction() > 0.98);
  CHECK(std::accumulate(collisions.begin(), collisions.end(), 0.0) / n == Approx(20).margin(4 * std::sqrt(20.0 / n)));
  CHECK(std::all_of(images.begin(), images.end(), [](float e) { return e == 0 || e >= 500; }));

  std::vector<float> part(3 * rpv::toy_pixels), of_part(3);
  rpv::generate_pileup(5, 7, 20, part, of_part);
  CHECK(std::equal(part.begin(), part.end(), images.begin() + 7 * rpv::toy_pixels));
  CHECK(std::equal(of_part.begin(), of_part.end(), collisions.begin() + 7));
  rpv::generate_pileup(5, 7, 0, part, of_part);
  CHECK(physics::total_energy(part) == 0);
}

TEST_CASE("Three-body decays conserve momentum and energy, and stay on the mass shell") {
  rpv::toy::random r(3, 0);
  const double M = 1400, m3 = 850;
  const rpv::toy::vec4 parent{300, -200, 900, std::sqrt(M * M + 300. * 300 + 200. * 200 + 900. * 900)};
  const auto mass2 = [](rpv::toy::vec4 p) { return p.e * p.e - p.px * p.px - p.py * p.py - p.pz * p.pz; };
  for (int i = 0; i < 100; ++i) {
    const auto d = rpv::toy::decay3(r, parent, M, m3);
    const auto sum = d[0] + d[1] + d[2];
    CHECK(sum.e == Approx(parent.e));
    CHECK(sum.px == Approx(parent.px));
    CHECK(sum.pz == Approx(parent.pz));
    CHECK(mass2(d[0]) == Approx(0).margin(1e-3));
    CHECK(mass2(d[2]) == Approx(m3 * m3));
  }
}

TEST_CASE("Masses that cannot be are refused") {
  std::vector<float> image(rpv::toy_pixels);
  CHECK_THROWS_AS(rpv::generate(1, 0, 1, 800, 900, image), error);
  CHECK_THROWS_AS(rpv::generate(1, 0, 1, 800, -1, image), error);
}

#endif  // without FastJet there are no jets to test
