// A comparison of two sets of events on a terminal, a line for each observable.
#pragma once
#include <cmath>
#include <cstdio>
#include <hepgan/physics/means.hpp>
#include <string>

#include "../common/style.hpp"
#include "measured.hpp"

namespace rpv {

/// "12.34", or "-" for what an empty sample has not.
inline std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", v);
  return std::isfinite(v) ? text : "-";
}

/// Under the names that --json has.
inline void print_table(const compared& c, const measured& real, const measured& fake) {
  using namespace hepgan::physics;
  std::printf("%-22s %9s %11s %11s %11s  %s\n", "", "-ln p", "W1", "mean real", "generated", "observable");
  const auto line = [](const auto& o, const comparison::distance& d, double mean_real, double mean_fake) {
    const std::string name = std::string("ks_") + o.name, text = examples::with_unit(o.text, o.unit);
    std::printf("%-22s %9.4g %11s %11s %11s  %s\n", name.c_str(), d.ks, number(d.w1).c_str(), number(mean_real).c_str(),
                number(mean_fake).c_str(), text.c_str());
  };
  for (std::size_t i = 0; i < observables.size(); ++i)
    line(observables[i], c.jets.distances[i], mean(values(observables[i], real.jets)),
         mean(values(observables[i], fake.jets)));
  for (std::size_t i = 0; i < image_observables.size(); ++i)
    line(image_observables[i], c.images.distances[i], c.images.real_means[i], c.images.fake_means[i]);
}

}  // namespace rpv
