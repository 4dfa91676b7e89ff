// Every recipe trains, samples and goes on.
#if defined(HEPGAN_RPV)
#include <algorithm>
#include <cmath>
#include <hepgan/io/event_file.hpp>
#include <vector>

#include "program.hpp"

TEST_CASE("every recipe trains an epoch, and its checkpoint samples") {
  const std::string recipe = GENERATE(as<std::string>{}, "standard", "lsgan", "hinge-spectral", "wasserstein-clip",
                                      "wasserstein-gp", "r1", "physics", "optimal-transport", "progressive");
  INFO(recipe);
  const folder f;
  const auto trained = rpv("train --out " + f / "run" + " --filters 8 --noise 16 --events 300 --epochs 2 --recipe " +
                           recipe + (recipe == "progressive" ? " --level-steps 2" : ""));
  INFO(trained.said);
  REQUIRE(trained.status == 0);
  CHECK(rpv("sample --checkpoint " + f / "run/last.ckpt" + " --n 3 --out " + f / "fake.h5").status == 0);
  hepgan::io::event_file fake(f / "fake.h5");
  std::vector<float> images(3 * 4096);
  fake.read(0, 3, images);
  CHECK(std::ranges::all_of(images, [](float e) { return std::isfinite(e) && e >= 0; }));
  CHECK(rpv("train --out " + f / "run" + " --resume --epochs 3").status == 0);
}
#endif
