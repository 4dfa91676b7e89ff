// Every recipe trains, samples and goes on.
#if defined(HEPGAN_RPV)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <hepgan/io/event_file.hpp>
#include <sstream>
#include <vector>

#include "program.hpp"

TEST_CASE("every recipe trains an epoch, and its checkpoint samples") {
  const std::string recipe = GENERATE(as<std::string>{}, "standard", "lsgan", "hinge-spectral", "wasserstein-clip",
                                      "wasserstein-gp", "r1", "physics", "optimal-transport", "progressive");
  INFO(recipe);
  const folder f;
  const auto trained =
      rpv("train --out " + f / "run" + " --filters 8 --noise 16 --events 240 --batch 4 --epochs 2 --recipe " + recipe +
          (recipe == "progressive" ? " --level-steps 12" : ""));
  INFO(trained.said);
  REQUIRE(trained.status == 0);
  CHECK(bytes_of(f / "run/epoch-000.ckpt") != bytes_of(f / "run/epoch-001.ckpt"));
  std::istringstream metrics(bytes_of(f / "run/metrics.csv"));
  std::string columns, row, line;
  for (std::getline(metrics, columns); std::getline(metrics, line);) row = line;
  double critic = 0, generator = 0;
  CHECK(std::sscanf(row.c_str(), "1,%lf,%lf,", &critic, &generator) == 2);
  CHECK((critic != 0 && generator != 0));
  CHECK(rpv("sample --checkpoint " + f / "run/last.ckpt" + " --n 3 --out " + f / "fake.h5").status == 0);
  hepgan::io::event_file fake(f / "fake.h5");
  std::vector<float> images(3 * 4096);
  fake.read(0, 3, images);
  CHECK(std::ranges::all_of(images, [](float e) { return std::isfinite(e) && e >= 0; }));
  CHECK(rpv("train --out " + f / "run" + " --resume --epochs 3").status == 0);
}
#endif
