// What the toys are made of, without a network: distributions, figures, the loop, the table.
#include <cmath>
#include <limits>
#include <map>

#include "../../examples/toys/table.hpp"
#include "catch.hpp"

using namespace toys;

namespace {

/// Points of the papers' coordinates, as networks see them.
std::vector<float> seen(const distribution& d, const std::vector<point>& points) {
  std::vector<float> all;
  for (const point& p : points)
    all.push_back(static_cast<float>(p.x / d.scale)), all.push_back(static_cast<float>(p.y / d.scale));
  return all;
}

/// Gives what it was last shown; its loss is the number of the step, or what is no number from `bad` on.
struct parrot final : trainer {
  static inline int bad = std::numeric_limits<int>::max();
  std::vector<float> last;
  int steps = 0;
  int batch() const override { return judged; }
  double step(std::span<const float> real) override {
    last.assign(real.begin(), real.end());
    return ++steps >= bad ? std::nan("") : steps;
  }
  void sample(std::uint64_t, std::span<float> points) override { std::ranges::copy(last, points.begin()); }
};
const method parrots{"parrot", "none", 10,
                     [](std::uint64_t) -> std::unique_ptr<trainer> { return std::make_unique<parrot>(); }};

}  // namespace

TEST_CASE("Modes lie where the papers have them, and are equally often drawn") {
  const auto ring = eight_gaussians(), grid = twenty_five_gaussians();
  REQUIRE(ring.centres.size() == 8);
  for (const point& c : ring.centres) CHECK(std::hypot(c.x, c.y) == Approx(2));
  CHECK(std::hypot(ring.centres[0].x - ring.centres[1].x, ring.centres[0].y - ring.centres[1].y) ==
        Approx(4 * std::sin(std::numbers::pi / 8)));
  std::map<std::pair<double, double>, int> places;
  for (const point& c : grid.centres) ++places[{c.x, c.y}];
  CHECK(places.size() == 25);
  for (const auto& [place, times] : places)
    for (const double v : {place.first, place.second}) CHECK((std::abs(v) <= 4 && std::remainder(v, 2) == 0));

  constexpr int n = 40000;
  for (const distribution& d : {ring, grid}) {
    INFO(d.name);
    std::vector<int> times(d.centres.size());
    double sum = 0, squares = 0, noise = 0;
    for (int i = 0; i < n; ++i) {
      const point p = d.draw(5, i);
      sum += p.x + p.y, squares += p.x * p.x + p.y * p.y;
      const auto off = [&](const point& c) { return std::hypot(d.scale * p.x - c.x, d.scale * p.y - c.y); };
      const auto nearest = std::ranges::min_element(d.centres, {}, off);
      noise += off(*nearest) * off(*nearest), ++times[nearest - d.centres.begin()];
    }
    CHECK(sum / (2 * n) == Approx(0).margin(0.02));
    CHECK(squares / (2 * n) == Approx(1).epsilon(0.02));  // networks see numbers of standard deviation 1
    CHECK(std::sqrt(noise / (2 * n)) == Approx(d.sigma).epsilon(0.02));
    const double each = n / double(times.size());
    for (const int t : times) CHECK(std::abs(t - each) < 5 * std::sqrt(each));
  }
}

TEST_CASE("The swiss roll follows its spiral") {
  const auto d = swiss_roll();
  for (std::size_t i = 1; i < d.centres.size(); ++i)
    CHECK(std::hypot(d.centres[i].x - d.centres[i - 1].x, d.centres[i].y - d.centres[i - 1].y) < 0.27 * d.sigma);
  for (const point& c : d.centres) {
    const double t = std::hypot(c.x, c.y);
    CHECK(std::remainder(std::atan2(c.y, c.x) - t, 2 * std::numbers::pi) == Approx(0).margin(1e-9));
    CHECK((t > 1.5 * std::numbers::pi && t < 4.5 * std::numbers::pi));
  }
  std::vector<float> real(2 * judged);
  d.fill(real, 1, 0);
  CHECK(judge(d, real).good == Approx(0.9973).margin(0.005));  // of a normal number, which the distance to a curve is
}

TEST_CASE("Point i of a seed is the same in every batch, and of another seed another") {
  for (const distribution& d : all_distributions()) {
    std::vector<float> whole(40), first(14), rest(26), other(40);
    d.fill(whole, 3, 100), d.fill(first, 3, 100), d.fill(rest, 3, 107), d.fill(other, 4, 100);
    first.insert(first.end(), rest.begin(), rest.end());
    CHECK(first == whole);
    CHECK(other != whole);
  }
}

TEST_CASE("A point is good within three sigma of the nearest centre, and a mode is found by one good point") {
  const auto d = eight_gaussians();
  const auto all = judge(d, seen(d, d.centres));
  CHECK(all.modes == 8);
  CHECK(all.good == 1);
  const point c = d.centres[0];
  const auto some = judge(d, seen(d, {{c.x + 2.9 * d.sigma, c.y},
                                      {c.x, c.y - 2.9 * d.sigma},
                                      {c.x + 3.1 * d.sigma, c.y},
                                      {c.x + 2.5 * d.sigma, c.y + 2.5 * d.sigma},
                                      {d.centres[3].x, d.centres[3].y + 3.1 * d.sigma},
                                      {0, 0},
                                      d.centres[5],
                                      {100, 100}}));
  CHECK(some.modes == 2);
  CHECK(some.good == Approx(3 / 8.0));
  const float none = std::numeric_limits<float>::quiet_NaN();
  const auto lost = judge(d, std::vector<float>{none, none, 0, 0});
  CHECK(lost.good == 0);
  CHECK(lost.modes == 0);
  CHECK(std::isnan(lost.distance));
  const auto curve = swiss_roll();
  CHECK(judge(curve, seen(curve, curve.centres)).modes == 0);
}

TEST_CASE("The sliced distance is that of what was moved") {
  std::vector<float> a(2000), moved(2000);
  twenty_five_gaussians().fill(a, 1, 0);
  double expected = 0;  // a shift (3, 4) seen from each direction
  for (int k = 0; k < 32; ++k)
    expected += std::abs(3 * std::cos(k * std::numbers::pi / 32) + 4 * std::sin(k * std::numbers::pi / 32)) / 32;
  for (std::size_t i = 0; i < a.size(); ++i)
    moved[(i + 600) % a.size()] = a[i] + (i % 2 ? 4.f : 3.f);  // in another order
  CHECK(sliced_wasserstein(a, a) == 0);
  CHECK(sliced_wasserstein(a, moved) == Approx(expected).epsilon(1e-5));
  CHECK_THROWS_WITH(sliced_wasserstein(a, std::vector<float>(4)), has_text("found 4 numbers, expected 2000"));
}

TEST_CASE("Mean, spread and median are those of the sample") {
  const spread s = spread_of({4, 1, 2, 3, 10});
  CHECK(s.mean == Approx(4));
  CHECK(s.deviation == Approx(std::sqrt(50 / 4.0)));
  CHECK(s.median == 3);
  CHECK(spread_of({1, 2, 3, 7}).median == 2.5);
  CHECK(text_of(spread_of({7}), 1) == "7.0");
  CHECK(text_of(spread_of({7, 7}), 1) == "7.0 ± 0.0");
}

TEST_CASE("A training is looked at while it doubles, and ends at a loss that is no number") {
  const auto d = eight_gaussians();
  std::vector<std::int64_t> steps;
  REQUIRE(run({parrots, d, 40, 1, 4}, [&](const snapshot& s) {
    steps.push_back(s.step);
    CHECK(s.found.modes == 8);
    CHECK(s.found.good > 0.97);
  }));
  CHECK(steps == std::vector<std::int64_t>{5, 10, 20, 40});
  steps.clear();
  REQUIRE(run({parrots, d, 2, 1, 4}, [&](const snapshot& s) { steps.push_back(s.step); }));
  CHECK(steps == std::vector<std::int64_t>{1, 2});
  parrot::bad = 7;
  CHECK_THROWS_WITH(run({parrots, d, 40, 9, 1}, [](const snapshot&) {}),
                    has_text("parrot, 8-gaussians, seed 9, step 7: found a loss of"));
  parrot::bad = std::numeric_limits<int>::max();
}

TEST_CASE("The table has a row for each method, with figures that do not depend on how many train at once") {
  const std::vector<distribution> data{eight_gaussians(), swiss_roll()};
  std::vector<std::string> tables;
  for (const int at_once : {1, 3}) {
    int told = 0;
    auto cells = train_all({&parrots, &parrots}, data, 3, 2, at_once,
                           [&](const training& t, const figures&, double) { told += t.steps == 2; });
    CHECK(told == 12);
    for (cell& c : cells) c.seconds.assign(3, 1.7);
    tables.push_back(markdown(cells, data));
  }
  CHECK(tables[0] == tables[1]);
  INFO(tables[0]);
  CHECK(
      tables[0].starts_with("| method | 8-gaussians: modes | median | good % | swiss-roll: good % | W₁ | seconds |\n"
                            "|---|---|---|---|---|---|---|\n| real points | 8.0 ± 0.0 | 8 | 98."));
  CHECK(tables[0].find("\n| `parrot` | 8.0 ± 0.0 | 8 | 9") != std::string::npos);
  CHECK(tables[0].ends_with(" | 2 |\n"));
  CHECK(std::ranges::count(tables[0], '\n') == 5);

  parrot::bad = 1;
  CHECK_THROWS_WITH(train_all({&parrots}, data, 3, 2, 2, [](const training&, const figures&, double) {}),
                    has_text("step 1: found a loss of"));
  parrot::bad = std::numeric_limits<int>::max();
}
