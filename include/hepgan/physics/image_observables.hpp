// What the cells of an event say before any jet is found: one table, as physics/observables.hpp has for jets. Events of
// soft collisions have no jet, and are compared by these alone.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/cell_directions.hpp>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hepgan::physics {

/// A number of an image in MeV.
struct image_observable {
  const char* name;  ///< as in ks_NAME and w1_NAME
  const char *text, *unit = "";
  double (*of)(std::span<const float> image, const cell_directions&);
};

namespace detail {

inline double lit_cells(std::span<const float> image, const cell_directions&) {
  return static_cast<double>(std::ranges::count_if(image, [](float e) { return e > 0; }));
}
inline double sum_energy(std::span<const float> image, const cell_directions&) {
  return 1e-3 * std::accumulate(image.begin(), image.end(), 0.0);
}
inline double sum_et(std::span<const float> image, const cell_directions& cells) {
  double sum = 0;
  for (std::size_t i = 0; i < image.size(); ++i) sum += image[i] / cells.cosh_eta(static_cast<int>(i));
  return 1e-3 * sum;
}
/// |Σ E n| across the beam.
inline double missing_et(std::span<const float> image, const cell_directions& cells) {
  double x = 0, y = 0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    const auto n = cells[static_cast<int>(i)];
    x += image[i] * n[0], y += image[i] * n[1];
  }
  return 1e-3 * std::hypot(x, y);
}
inline double hottest_cell(std::span<const float> image, const cell_directions&) {
  return 1e-3 * *std::ranges::max_element(image);
}

}  // namespace detail

inline constexpr std::array<image_observable, 5> image_observables{{
    {.name = "cells", .text = "number of cells with energy", .of = detail::lit_cells},
    {.name = "energy", .text = "energy", .unit = "GeV", .of = detail::sum_energy},
    {.name = "sumEt", .text = "transverse energy", .unit = "GeV", .of = detail::sum_et},
    {.name = "missingEt", .text = "missing transverse energy", .unit = "GeV", .of = detail::missing_et},
    {.name = "hottestCell", .text = "energy of the hottest cell", .unit = "GeV", .of = detail::hottest_cell},
}};

/// Their place in the table.
constexpr std::size_t image_index_of(std::string_view name) {
  for (std::size_t i = 0; i < image_observables.size(); ++i)
    if (image_observables[i].name == name) return i;
  throw error({"observables: found ", name, ", expected one of physics/image_observables.hpp"});
}

/// The numbers of a set of events, in their order.
class image_samples {
 public:
  /// Those of further events, of a detector as `cell_directions` has it. Threads change nothing.
  void add(std::span<const float> images, shape image, double eta_max = default_eta_max) {
    const auto pixels = static_cast<std::size_t>(image.size());
    if (image.channels != 1 || pixels == 0 || images.size() % pixels != 0)
      throw error({"images: found ", images.size(), " pixels of shape ", to_string(image),
                   ", expected whole images of one channel"});
    const cell_directions cells(image, eta_max);
    const std::size_t before = of_[0].size(), more = images.size() / pixels;
    for (auto& sample : of_) sample.resize(before + more);
    parallel_for(static_cast<std::int64_t>(more), [&](std::int64_t i) {
      for (std::size_t k = 0; k < of_.size(); ++k)
        of_[k][before + i] = static_cast<float>(image_observables[k].of(images.subspan(i * pixels, pixels), cells));
    });
  }

  std::int64_t size() const { return static_cast<std::int64_t>(of_[0].size()); }
  const std::vector<float>& operator[](std::size_t observable) const { return of_[observable]; }
  const std::vector<float>& operator[](std::string_view name) const { return of_[image_index_of(name)]; }

 private:
  std::array<std::vector<float>, image_observables.size()> of_;
};

}  // namespace hepgan::physics
