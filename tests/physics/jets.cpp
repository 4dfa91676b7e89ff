// Jets whose kinematics follow from the bins by hand.
#if HEPGAN_HAS_FASTJET
#include <cmath>
#include <hepgan/physics/jets.hpp>
#include <hepgan/physics/observables.hpp>
#include <numbers>

#include "catch.hpp"

using namespace hepgan;
using namespace hepgan::physics;

namespace {

constexpr shape image{1, 64, 64};
double eta_of(int row) { return -2.5 + (row + 0.5) * 5 / 64; }
double phi_of(int column) { return std::numbers::pi * ((column + 0.5) / 32 - 1); }

struct canvas {
  std::vector<float> pixels = std::vector<float>(64 * 64);
  canvas& tower(int row, int column, double pt) {
    pixels[row * 64 + column] = static_cast<float>(1000 * pt * std::cosh(eta_of(row)));
    return *this;
  }
};

}  // namespace

TEST_CASE("One tower is one massless jet at its bin's centre") {
  const auto jets = cluster(canvas().tower(40, 10, 321).pixels, image);
  REQUIRE(jets.size() == 1);
  CHECK(jets[0].pt == Approx(321));
  CHECK(jets[0].eta == Approx(eta_of(40)));
  CHECK(jets[0].phi == Approx(phi_of(10)));
  CHECK(jets[0].mass == Approx(0).margin(0.01));
}

TEST_CASE("Two towers within R merge, with m2 = 2 pt1 pt2 (cosh deta - cos dphi)") {
  const auto jets = cluster(canvas().tower(32, 32, 300).tower(36, 37, 200).pixels, image);
  REQUIRE(jets.size() == 1);
  const double m2 = 2 * 300 * 200 * (std::cosh(eta_of(36) - eta_of(32)) - std::cos(phi_of(37) - phi_of(32)));
  CHECK(jets[0].mass == Approx(std::sqrt(m2)));
  CHECK(jets[0].constituents == 2);
}

TEST_CASE("Two towers beyond R are two jets, hardest first") {
  const auto jets = cluster(canvas().tower(32, 10, 300).tower(32, 40, 400).pixels, image);
  REQUIRE(jets.size() == 2);
  CHECK(jets[0].pt == Approx(400));
  CHECK(jets[1].pt == Approx(300));
}

TEST_CASE("Jets wrap around in phi") {
  const auto jets = cluster(canvas().tower(32, 0, 150).tower(32, 63, 150).pixels, image);
  REQUIRE(jets.size() == 1);
  CHECK(std::abs(jets[0].phi) == Approx(std::numbers::pi).margin(1e-4));
}

TEST_CASE("Cuts on jets and towers") {
  CHECK(cluster(canvas().tower(32, 32, 199).pixels, image).empty());
  CHECK(cluster(canvas().tower(32, 32, 201).pixels, image).size() == 1);
  CHECK(cluster(canvas().tower(58, 32, 500).pixels, image).empty());      // eta 2.07
  CHECK(cluster(canvas().tower(57, 32, 500).pixels, image).size() == 1);  // eta 1.99
  CHECK(cluster(canvas().pixels, image).empty());
  canvas soft;  // 4096 towers of 99 MeV would make jets of more than 200 GeV only if they were kept
  for (int r = 0; r < 64; ++r)
    for (int c = 0; c < 64; ++c) soft.tower(r, c, 0.099);
  CHECK(cluster(soft.pixels, image, {.jet_pt = 0.05}).empty());
}

TEST_CASE("Any image size, and no other channels") {
  std::vector<float> pixels(8 * 16);
  pixels[4 * 16 + 8] = 500000;
  CHECK(cluster(pixels, shape{1, 8, 16}).size() == 1);
  CHECK_THROWS_AS(cluster(pixels, shape{2, 8, 8}), error);
  CHECK_THROWS_AS(reconstruct(pixels, shape{1, 64, 64}), error);
}

TEST_CASE("Threads change nothing") {
  std::vector<float> images;
  for (int i = 0; i < 40; ++i) {
    const auto c = canvas().tower(10 + i, i, 250 + i).tower(32, 63 - i, 300).tower(33, 62 - i, 1 + i);
    images.insert(images.end(), c.pixels.begin(), c.pixels.end());
  }
  const int before = threads();
  set_threads(1);
  const auto one = reconstruct(images, image);
  set_threads(4);
  const auto four = reconstruct(images, image);
  set_threads(before);
  for (const observable& o : observables) {
    INFO(o.name);
    CHECK(values(o, one) == values(o, four));
  }
}

#endif  // without FastJet there are no jets to test
