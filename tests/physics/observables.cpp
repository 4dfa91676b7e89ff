// Each observable on events made by hand.
#include <cmath>
#include <hepgan/physics/correlations.hpp>
#include <hepgan/physics/jet_features.hpp>
#include <numbers>
#include <set>

#include "catch.hpp"

using namespace hepgan;
using namespace hepgan::physics;

namespace {

const std::vector<jet> three{{500, 0.5f, 3, 90, 20}, {400, -1, -3, 60, 15}, {250, 0, 0, 30, 8}};
const std::vector<jet> one{{300, 1, 2, 40, 10}};

jet_events a_few() {
  jet_events events;
  events.add(three), events.add({}), events.add(one);
  return events;
}

}  // namespace

TEST_CASE("What an event gives, by observable") {
  const auto events = a_few();
  using sample = std::vector<float>;
  CHECK(values("nJet", events) == sample{3, 1});
  CHECK(values("sumMass", events) == sample{180, 40});
  CHECK(values("jetPt", events) == sample{500, 400, 250, 300});
  CHECK(values("jetEta", events) == sample{0.5f, -1, 0, 1});
  CHECK(values("jetPhi", events) == sample{3, -3, 0, 2});
  CHECK(values("leadPt", events) == sample{500, 300});
  CHECK(values("secondPt", events) == sample{400});  // one jet has no second
  CHECK(values("jetMass", events) == sample{90, 60, 30, 40});
  REQUIRE(values("deltaPhi", events).size() == 1);
  CHECK(values("deltaPhi", events)[0] == Approx(2 * std::numbers::pi - 6));
  CHECK(values("constituents", events) == sample{20, 15, 8, 10});
  CHECK_THROWS_WITH(values("jetpt", events), has_text("found jetpt"));
}

TEST_CASE("The mass of two jets is that of the sum of their momenta") {
  const auto events = a_few();
  double p[4]{};
  for (const jet& j : {three[0], three[1]}) {
    const double pt = j.pt, z = pt * std::sinh(double(j.eta));
    p[0] += std::sqrt(pt * pt + z * z + double(j.mass) * j.mass);
    p[1] += pt * std::cos(double(j.phi)), p[2] += pt * std::sin(double(j.phi)), p[3] += z;
  }
  const double mass = std::sqrt(p[0] * p[0] - p[1] * p[1] - p[2] * p[2] - p[3] * p[3]);
  REQUIRE(values("dijetMass", events).size() == 1);
  CHECK(values("dijetMass", events)[0] == Approx(mass));
  jet_events same;  // massless and collinear: rounding must not make a root of less than 0
  const std::vector<jet> two{{777, 1.3f, 1}, {333, 1.3f, 1}};
  same.add(two);
  CHECK(values("dijetMass", same)[0] == Approx(0).margin(0.1));
}

TEST_CASE("The azimuth between back-to-back jets is pi, across the cut too") {
  jet_events events;
  for (const float phi : {-3.1f, -1.f, 0.f, 2.5f}) {
    const float other = phi > 0 ? phi - std::numbers::pi_v<float> : phi + std::numbers::pi_v<float>;
    const std::vector<jet> two{{500, 0, phi}, {400, 0, other}};
    events.add(two);
  }
  for (const float d : values("deltaPhi", events)) CHECK(d == Approx(std::numbers::pi));
}

TEST_CASE("The table's names are one each, the talk's first") {
  std::set<std::string> names;
  for (const observable& o : observables) names.insert(o.name);
  CHECK(names.size() == observables.size());
  const char* talk[] = {"nJet", "sumMass", "jetPt", "jetEta", "jetPhi"};
  for (std::size_t i = 0; i < talk_observables; ++i) CHECK(index_of(talk[i]) == i);
  std::set<std::string> combined;
  for (const observable& o : observables)
    if (o.combined) combined.insert(o.name);
  CHECK(combined == std::set<std::string>{"nJet", "sumMass", "jetPt"});
}

TEST_CASE("Events keep their jets, in pieces as in one") {
  const auto whole = a_few();
  CHECK(whole.size() == 3);
  CHECK(whole.without_jets() == 1);
  CHECK(whole.no_jet_fraction() == Approx(1.0 / 3));
  CHECK(whole[1].empty());
  CHECK(whole[2].size() == 1);
  jet_events first, rest;
  first.add(three), rest.add({}), rest.add(one);
  first += rest;
  CHECK(first.size() == 3);
  for (const observable& o : observables) CHECK(values(o, first) == values(o, whole));
  first += first;
  CHECK(first.size() == 6);
  for (std::int64_t i = 0; i < 3; ++i) CHECK(first[3 + i].size() == first[i].size());
  CHECK(first[3][0].pt == first[0][0].pt);
  CHECK(whole.first(2).size() == 2);
  CHECK(whole.first(9).size() == 3);
  CHECK(jet_events().no_jet_fraction() == 0);
}

TEST_CASE("Features are one row an event, 0 where it has too few jets") {
  const auto f = jet_features(a_few());
  REQUIRE(f.size() == 3 * jet_feature_count);
  CHECK(jet_feature_count == 6 + 5 * 4);
  CHECK(f[0] == 3);                                                                  // nJet
  CHECK((f[2] == 500 && f[3] == 400 && f[4] == 250 && f[5] == 0));                   // jetPt of four
  for (int k = 0; k < jet_feature_count; ++k) CHECK(f[jet_feature_count + k] == 0);  // no jet
  for (const float x : f) CHECK(std::isfinite(x));
}

TEST_CASE("Correlations are those of events with two jets, and none where no two events have them") {
  jet_events rising, flat, few;
  for (int i = 0; i < 50; ++i) {
    const float x = static_cast<float>(i % 10);
    const std::vector<jet> up{{600 + 10 * x, 0, 0, 50 + x}, {400 - 10 * x, 0, 2, 50 + x}},
        same{{500, 0, 0}, {400, 0, 1}};
    rising.add(up), flat.add(same), rising.add(one), few.add(one), few.add({});
  }
  std::size_t lead = 0, second = 0, mass = 0, count = 0;
  for (std::size_t k = 0; k < correlated.size(); ++k) {
    const std::string name = correlated[k]->name;
    (name == "leadPt" ? lead : name == "secondPt" ? second : name == "sumMass" ? mass : count) = k;
  }
  const auto r = correlations(rising), none = correlations(flat), nothing = correlations(few);
  CHECK(r[lead][second] == Approx(-1));
  CHECK(r[lead][mass] == Approx(1));
  for (std::size_t k = 0; k < r.size(); ++k)
    for (std::size_t l = 0; l < r.size(); ++l) {
      CHECK(r[k][l] == Approx(r[l][k]));
      CHECK(none[k][l] == (k == l ? 1 : 0));
      CHECK(std::isnan(nothing[k][l]));
    }
  CHECK(largest_difference(r, r) == 0);
  CHECK(largest_difference(r, none) == Approx(1));
}

TEST_CASE("A coefficient by hand") {
  jet_events events;  // pT 1, 2, 3 against 1, 3, 2: r = 1/2
  const float second[] = {210, 230, 220};
  for (int i = 0; i < 3; ++i) {
    const std::vector<jet> two{{310 + 10.f * static_cast<float>(i), 0, 0}, {second[i], 0, 1}};
    events.add(two);
  }
  const auto r = correlations(events);
  CHECK(std::string(correlated[2]->name) == "leadPt");
  CHECK(std::string(correlated[3]->name) == "secondPt");
  CHECK(r[2][3] == Approx(0.5));
}
