// Energy transforms.
#include <cmath>
#include <hepgan/data/transform.hpp>

#include "catch.hpp"

using namespace hepgan;

TEST_CASE("what a threshold in pixels leaves is above the cut in energy") {
  for (const double norm : {1e4, 8e3, 4e6})
    for (const char* name : {"linear", "sqrt", "power:0.25", "power:0.75", "log"}) {
      INFO(name << " in units of " << norm << " MeV");
      const data::energy_transform t(name, norm);
      const float cut = static_cast<float>(t.pixel(500));  // which the layer compares with
      CHECK(t.energy(cut) == Approx(500).epsilon(1e-6));
      CHECK(t.energy(std::nextafter(cut, 2.f)) > 500);
    }
}

TEST_CASE("energy transforms are inverted, keep zeros, and keep the order of energies") {
  for (const char* name : {"linear", "sqrt", "power:0.25", "power:0.75", "log"}) {
    INFO(name);
    const data::energy_transform t(name, 4e6);
    std::vector<float> x{0, 500, 501, 2e3f, 1e5f, 4e6f}, y = x;
    t.to_pixels(y);
    CHECK(y[0] == 0);
    CHECK(y[5] == Approx(1));
    CHECK(std::ranges::is_sorted(y));
    CHECK(y[2] > static_cast<float>(t.pixel(500)));  // a cut on energies is a cut on pixels
    t.to_energies(y);
    for (std::size_t i = 0; i < x.size(); ++i) CHECK(y[i] == Approx(x[i]).epsilon(1e-5));
    CHECK(t.energy(-0.5) < 0);  // nothing below zero becomes energy, or no number
    CHECK(t.pixel(t.energy(-0.5)) == Approx(-0.5));
    for (const double p : {0.02, 0.1, 0.7, 1.3}) {
      const double h = 1e-5 * p, difference = (t.energy(p + h) - t.energy(p - h)) / (2 * h);
      CHECK(std::abs(t.slope(p) - difference) < 1e-7 * difference);
    }
  }
  CHECK_THROWS_WITH(data::energy_transform("cube"),
                    has_text("energy transform: found cube, expected linear, sqrt, log"));
  CHECK_THROWS_AS(data::energy_transform("power:0"), error);
  CHECK_THROWS_AS(data::energy_transform("power:x"), error);
  CHECK_THROWS_AS(data::energy_transform("sqrt", -1), error);
}
