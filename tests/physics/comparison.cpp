#include <cmath>
#include <hepgan/physics/comparison.hpp>
#include <hepgan/physics/images.hpp>

#include "catch.hpp"

using namespace hepgan::physics;

TEST_CASE("A set agrees with itself, one without jets agrees with none") {
  jet_events real, none;
  for (int i = 0; i < 1000; ++i) {
    const std::vector<jet> two{{300.0f + i, 0, 0, 50, 9}, {250.0f + i / 2, 1, 2, 30, 5}};
    real.add(two);
    none.add({});
  }
  const comparison same = compare(real, real);
  CHECK(same.ks_comb == 0);
  CHECK(same.no_jet_compatible);
  CHECK(same.correlation_difference() == 0);
  for (const auto& d : same.distances) CHECK((d.ks == 0 && d.w1 == 0));
  const comparison empty = compare(real, none);
  CHECK(empty.of("nJet").ks == 700);
  CHECK(empty.ks_comb == 2100);
  CHECK(empty.n_fake == 1000);
  CHECK(empty.no_jet_fraction == 1);
  CHECK(empty.real_no_jet_fraction == 0);
  CHECK_FALSE(empty.no_jet_compatible);
  for (const auto& d : empty.distances) CHECK((d.ks == 700 && std::isinf(d.w1)));
  CHECK(std::isnan(empty.correlation_difference()));
}

TEST_CASE("Each observable is compared by its own sample") {
  jet_events real, shifted;
  for (int i = 0; i < 100; ++i) {
    const std::vector<jet> event{{300.0f + i, 0, 0, 50, 9}}, moved{{310.0f + i, 0.5f, 0, 50, 12}};
    real.add(event), shifted.add(moved);
  }
  const comparison c = compare(real, shifted);
  CHECK(c.of("jetPt").w1 == Approx(10));
  CHECK(c.of("leadPt").w1 == Approx(10));
  CHECK(c.of("jetEta").w1 == Approx(0.5));
  CHECK(c.of("constituents").w1 == Approx(3));
  for (const char* name : {"nJet", "sumMass", "jetMass", "jetPhi"}) CHECK((c.of(name).w1 == 0 && c.of(name).ks == 0));
  CHECK(c.of("secondPt").ks == 700);  // no event has two
  CHECK(c.ks_comb == c.of("nJet").ks + c.of("sumMass").ks + c.of("jetPt").ks);
}

TEST_CASE("Shares of events without jets agree within 3 sigma") {
  CHECK(share_deviation(0, 4096, 0, 4096) == 0);
  CHECK(share_deviation(0, 4096, 8, 4096) == Approx(2.83).epsilon(0.01));
  CHECK(share_deviation(0, 4096, 12, 4096) == Approx(3.47).epsilon(0.01));
  CHECK(share_deviation(100, 1000, 135, 1000) == Approx(2.43).epsilon(0.01));
  CHECK(share_deviation(0, 0, 0, 10) > 1e9);
}

TEST_CASE("Image statistics") {
  const std::vector<float> images{0, 1000, 0, 0, 500, 3000, 0, 0};
  CHECK(occupancy(images) == 3.0 / 8);
  CHECK(occupancies(images, 4) == std::vector<float>{0.25f, 0.5f});
  CHECK(occupancies(images, 0).empty());
  CHECK(mean_image(images, 4) == std::vector<float>{250, 2000, 0, 0});
  const auto s = pixel_spectrum(images, 100, 10000, 2);
  CHECK(s.edges[1] == Approx(1000));
  CHECK(s.counts == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a generator of hardly any jets is not the best epoch") {
  jet_events real, good, jetless;
  const std::vector<jet> two{{500, 0, 0, 50}, {400, 0, 1, 40}}, off{{550, 0, 0, 55}, {430, 0, 1, 44}};
  for (int i = 0; i < 1000; ++i) real.add(two), good.add(off), jetless.add({});
  jetless.add(two);
  const auto a = compare(real, good), b = compare(real, jetless);
  CHECK(b.ks_comb < a.ks_comb);  // one jet or two fit anything
  CHECK(b.ks_noJet == ks_limit);
  CHECK(a.selection() == a.ks_comb);
  CHECK(a.selection() < b.selection());
}

TEST_CASE("an epoch with the right share of events without jets goes before any without") {
  comparison good, better_jets;
  good.ks_comb = 30, good.ks_noJet = 1, good.no_jet_compatible = true;
  better_jets.ks_comb = 5, better_jets.ks_noJet = 7.7, better_jets.no_jet_compatible = false;  // 3.5 sigma
  CHECK(good.selection() < better_jets.selection());
}
