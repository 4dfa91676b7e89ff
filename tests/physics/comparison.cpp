#include <hepgan/physics/comparison.hpp>
#include <hepgan/physics/images.hpp>

#include "catch.hpp"

using namespace hepgan::physics;

TEST_CASE("Observables count events without jets, and keep them out of the samples") {
  jet_samples o;
  const std::vector<jet> two{{500, 0.1f, 1, 90}, {250, -1, -2, 30}};
  o.add(two);
  o.add({});
  CHECK(o.events == 2);
  CHECK(o.without_jets == 1);
  CHECK(o.n_jet == std::vector<float>{2});
  CHECK(o.sum_mass == std::vector<float>{120});
  CHECK(o.jet_pt == std::vector<float>{500, 250});
  CHECK(o.no_jet_fraction() == 0.5);
}

TEST_CASE("A set agrees with itself, one without jets agrees with none") {
  jet_samples real, none;
  for (int i = 0; i < 1000; ++i) {
    const std::vector<jet> one{{300.0f + i, 0, 0, 50}};
    real.add(one);
    none.add({});
  }
  const comparison same = compare(real, real);
  CHECK(same.ks_comb == 0);
  CHECK(same.no_jet_compatible);
  const comparison empty = compare(real, none);
  CHECK(empty.ks_nJet == 700);
  CHECK(empty.ks_comb == 2100);
  CHECK(empty.n_fake == 1000);
  CHECK(empty.no_jet_fraction == 1);
  CHECK(empty.real_no_jet_fraction == 0);
  CHECK_FALSE(empty.no_jet_compatible);
}

TEST_CASE("Shares of events without jets agree within 3 sigma") {
  CHECK(share_deviation(0, 4096, 0, 4096) == 0);
  CHECK(share_deviation(0, 4096, 8, 4096) == Approx(2.83).epsilon(0.01));
  CHECK(share_deviation(0, 4096, 12, 4096) == Approx(3.47).epsilon(0.01));
  CHECK(share_deviation(100, 1000, 135, 1000) == Approx(2.43).epsilon(0.01));
  CHECK(share_deviation(0, 0, 0, 10) > 1e9);
}

TEST_CASE("events observed in pieces are all events") {
  jet_samples whole, first, second;
  const std::vector<jet> two{{500, 0, 0, 50}, {400, 0, 1, 40}};
  whole.add(two), whole.add({}), whole.add(std::span(two).first(1));
  first.add(two), second.add({}), second.add(std::span(two).first(1));
  first += second;
  CHECK((first.events == whole.events && first.without_jets == whole.without_jets));
  CHECK((first.n_jet == whole.n_jet && first.sum_mass == whole.sum_mass && first.jet_pt == whole.jet_pt));
  CHECK((first.jet_eta == whole.jet_eta && first.jet_phi == whole.jet_phi));
}

TEST_CASE("Image statistics") {
  const std::vector<float> images{0, 1000, 0, 0, 500, 3000, 0, 0};
  CHECK(occupancy(images) == 3.0 / 8);
  CHECK(occupancies(images, 4) == std::vector<float>{0.25f, 0.5f});
  CHECK(mean_image(images, 4) == std::vector<float>{250, 2000, 0, 0});
  const auto s = pixel_spectrum(images, 100, 10000, 2);
  CHECK(s.edges[1] == Approx(1000));
  CHECK(s.counts == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a generator of hardly any jets is not the best epoch") {
  jet_samples real, good, jetless;
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
