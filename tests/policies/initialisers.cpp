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
  initialise(p, truncated_normal{0.02}, 1);
  for (const auto& e : p.entries())
    if (e.name.find("weight") != std::string::npos)
      for (int i = 0; i < e.at.count; ++i) REQUIRE(std::abs(p.flat()[e.at.offset + i]) <= 0.04);
}
