// Pileup on events, and what cells say without jets.
#include <cmath>
#include <hepgan/physics/comparison.hpp>
#include <hepgan/physics/overlay.hpp>
#include <limits>
#include <numbers>

#include "catch.hpp"

using namespace hepgan;
using namespace hepgan::physics;

TEST_CASE("Pileup adds to each cell, and what stays below the cut is off") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::vector<float> images{1000, 0, 0, 300, 200, nan};
  const std::vector<float> pileup{500, 700, 0, 250, 200, 600};
  overlay(images, pileup, 500);
  CHECK(std::vector<float>(images.begin(), images.begin() + 5) == std::vector<float>{1500, 700, 0, 550, 0});
  CHECK(std::isnan(images[5]));
  CHECK_THROWS_WITH(overlay(images, std::span(pileup).first(4)), has_text("found 4 pixels of pileup, expected 6"));
}

TEST_CASE("The shift of the same events is known better than the means of other ones") {
  std::vector<float> before, after;
  for (int i = 0; i < 1000; ++i) {
    before.push_back(static_cast<float>(i));               // spread over 1000
    after.push_back(before.back() + (i % 2 ? 3.f : 1.f));  // moved by 2 ± 1
  }
  const shift s = paired_shift(before, after);
  CHECK(s.mean == Approx(2));
  CHECK(s.error == Approx(1 / std::sqrt(999.0)));
  CHECK(mean_error(after) > 200 * s.error);
  CHECK(std::isnan(paired_shift(std::span(before).first(1), std::span(after).first(1)).error));
  CHECK_THROWS_WITH(paired_shift(before, std::span(after).first(9)), has_text("found 1000 and 9 events"));
  CHECK(std::isnan(mean({})));
}

TEST_CASE("Cells have directions, and an image its energies across the beam") {
  const shape image{1, 64, 64};
  const cell_directions cells(image);
  std::vector<float> images(2 * 4096);
  const int row = 50, column = 7, opposite = row * 64 + column + 32, here = row * 64 + column;
  const double eta = 2.5 * ((2 * row + 1.0) / 64 - 1), phi = std::numbers::pi * ((2 * column + 1.0) / 64 - 1);
  const auto n = cells[here];
  CHECK(n[0] == Approx(std::cos(phi) / std::cosh(eta)));
  CHECK(n[1] == Approx(std::sin(phi) / std::cosh(eta)));
  CHECK(n[2] == Approx(std::tanh(eta)));
  CHECK(cells.cosh_eta(here) == Approx(std::cosh(eta)));
  images[here] = 5000, images[opposite] = 2000;  // one event: 7 GeV, of which 3 GeV are not balanced in φ
  images[4096 + here] = 700;
  image_samples all;
  all.add(std::span(images).first(4096), image), all.add(std::span(images).last(4096), image);
  REQUIRE(all.size() == 2);
  CHECK(all["cells"] == std::vector<float>{2, 1});
  CHECK(all["energy"][0] == Approx(7));
  CHECK(all["sumEt"][0] == Approx(7 / std::cosh(eta)));
  CHECK(all["missingEt"][0] == Approx(3 / std::cosh(eta)).epsilon(1e-6));
  CHECK(all["hottestCell"][0] == Approx(5));
  CHECK(all["missingEt"][1] == Approx(0.7 / std::cosh(eta)));
  image_samples forward;  // of a detector that ends further out
  forward.add(std::span(images).first(4096), image, 4.9);
  CHECK(forward["sumEt"][0] == Approx(7 / std::cosh(eta * 4.9 / 2.5)));
  CHECK_THROWS_WITH(all.add(std::span(images).first(100), image), has_text("found 100 pixels of shape 1x64x64"));
  CHECK_THROWS_WITH(image_index_of("jets"), has_text("found jets, expected one of physics/image_observables.hpp"));
}

TEST_CASE("Events without jets are told apart by their cells") {
  const shape image{1, 8, 8};
  std::vector<float> soft(500 * 64), harder(500 * 64);
  for (int i = 0; i < 500; ++i)
    for (int k = 0; k < 20; ++k) soft[i * 64 + (i * 7 + k * 3) % 64] = 600.0f + static_cast<float>((i * 31 + k) % 97);
  for (std::size_t i = 0; i < soft.size(); ++i) harder[i] = 1.02f * soft[i];
  image_samples a, b;
  a.add(soft, image), b.add(harder, image);
  const auto same = compare(a, a), other = compare(a, b);
  CHECK(same.ks_images == 0);
  for (const auto& d : same.distances) CHECK((d.ks == 0 && d.w1 == 0));
  CHECK(other.distances[image_index_of("cells")].ks == 0);
  CHECK(other.distances[image_index_of("energy")].ks > 10);
  const std::size_t energy = image_index_of("energy");
  CHECK(other.distances[energy].w1 == Approx(0.02 * other.real_means[energy]).epsilon(1e-4));
  CHECK(other.fake_means[energy] == Approx(1.02 * other.real_means[energy]).epsilon(1e-5));
  double sum = 0;
  for (const auto& d : other.distances) sum += d.ks;
  CHECK(other.ks_images == sum);
  CHECK(compare(jet_events(), jet_events()).ks_comb == 2100);  // which says nothing of two sets without jets
  CHECK(compare(a, image_samples()).ks_images == 5 * ks_limit);
}
