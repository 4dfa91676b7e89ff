// What initialisers draw.
#include <hepgan/init/initialisers.hpp>
#include <hepgan/models/dcgan.hpp>

#include "catch.hpp"

using namespace hepgan;

TEST_CASE("initialisers draw what they say") {
  struct critic : dcgan_critic<dcgan_options{.size = 16, .channels = 1, .filters = 8, .noise = 16}> {};
  parameters<critic, double> p;
  initialise(p, pytorch_uniform{}, 1);
  const auto w = p.entries()[0];  // 1 → 8 channels, fan-in 16
  double largest = 0;
  for (int i = 0; i < w.at.count; ++i) largest = std::max(largest, std::abs(p.flat()[w.at.offset + i]));
  CHECK(largest <= 0.25);
  CHECK(largest > 0.23);
  initialise(p, he_uniform{}, 1);
  for (int i = 0; i < w.at.count; ++i) {
    REQUIRE(std::abs(p.flat()[w.at.offset + i]) <= std::sqrt(6.0 / 16));
    largest = std::max(largest, std::abs(p.flat()[w.at.offset + i]));
  }
  CHECK(largest > 0.55);
}

TEST_CASE("normal initialisers have their mean and spread, the truncated one its ends") {
  struct wide : sequential<shape{64}, dense<512>> {};
  parameters<wide, double> p;
  const auto moments = [&](auto how) {
    initialise(p, how, 1);
    double sum = 0, square = 0, largest = 0;
    for (const double w : p.flat()) sum += w, square += w * w, largest = std::max(largest, std::abs(w));
    const double n = double(p.flat().size());
    return std::array{sum / n, std::sqrt(square / n), largest};
  };
  const auto all = moments(normal{0.02}), cut = moments(truncated_normal{0.02});
  CHECK(std::abs(all[0]) < 4 * 0.02 / std::sqrt(32768.0));
  CHECK(all[1] == Approx(0.02).epsilon(0.02));
  CHECK(all[2] > 0.07);  // 3.5 σ, beyond which one in 2,000 lies
  CHECK(std::abs(cut[0]) < 4 * 0.02 / std::sqrt(32768.0));
  CHECK(cut[1] == Approx(0.02 * 0.8796).epsilon(0.02));  // a normal cut at 2 σ
  CHECK((cut[2] <= 0.04 && cut[2] > 0.0399));
}
