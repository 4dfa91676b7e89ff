// Invariant masses from pairs of cells, as numbers that can be differentiated, without a jet algorithm: for penalties
// on generated events.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/physics/cell_directions.hpp>
#include <hepgan/physics/root_of_energy.hpp>
#include <numbers>
#include <span>
#include <string>
#include <vector>

namespace hepgan::physics {

/// Of an image in MeV, over η in [−eta_max, eta_max] by rows and φ by columns: for each radius R, m² = Σ 2 pTᵢ pTⱼ
/// (cosh Δη − cos Δφ) over pairs of massless cells with Δη² + Δφ² < R², in √(m/100 GeV). At a jet's radius it is what
/// the masses of an event's jets come to; at a large one the mass of all that it holds.
class mass_observables {
 public:
  explicit mass_observables(shape image, std::vector<double> radii = {0.4, 1.0, 10.0}, double eta_max = default_eta_max)
      : count(static_cast<int>(radii.size())), size(image.size()), width_(image.width), radii_(std::move(radii)) {
    if (image.channels != 1 || count < 1)
      throw error({"masses: found an image of ", to_string(image), " and ", count,
                   " radii, expected one channel and at least one radius"});
    const cell_directions cells(image, eta_max);
    for (int row = 0; row < image.height; ++row) inverse_cosh_.push_back(1 / cells.cosh_eta(row * image.width));
    for (int rows = 0; rows < image.height; ++rows)
      for (int columns = 0; columns < image.width; ++columns) {
        const double eta = 2 * eta_max * rows / image.height, turn = 2 * std::numbers::pi * columns / image.width;
        const double phi = (std::min)(turn, 2 * std::numbers::pi - turn);
        apart_.push_back(static_cast<float>(2 * (std::cosh(eta) - std::cos(phi))));
        for (const double r : radii_) within_.push_back(eta * eta + phi * phi < r * r);
      }
  }

  int count, size;
  struct record {
    struct cell {
      int row, column;
      double pt;
    };
    std::vector<cell> cells;
    std::vector<double> square;  ///< m² in MeV², of each radius
  };

  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, record& event) const {
    event.cells.clear(), event.cells.reserve(size), event.square.assign(count, 0);  // once for all events
    for (int i = 0; i < size; ++i)
      if (image[i] > 0)
        event.cells.push_back({i / width_, i % width_, image[i] * static_cast<Real>(inverse_cosh_[i / width_])});
    each_pair(event, [&](std::size_t i, std::size_t j, std::size_t at) {
      const double m2 = event.cells[i].pt * event.cells[j].pt * apart_[at];
      for (int k = 0; k < count; ++k)
        if (within_[at * count + k]) event.square[k] += m2;
    });
    for (int k = 0; k < count; ++k) values[k] = root_of_energy<Real>(1e-3 * std::sqrt(event.square[k]));
  }
  template <class Real>
  void pull_back(const record& event, std::span<const Real>, std::span<const Real> d_values,
                 std::span<Real> d_image) const {
    static thread_local std::vector<double> slopes, d;  // kept: nothing is allocated in a training's steps
    slopes.assign(count, 0), d.reserve(size), d.assign(event.cells.size(), 0);
    for (int k = 0; k < count; ++k)  // of m²: d√m/dm · dm/dm²
      if (event.square[k] > 0) {
        const double m = std::sqrt(event.square[k]);
        slopes[k] = d_values[k] * root_slope(1e-3 * m) * 1e-3 / (2 * m);
      }
    each_pair(event, [&](std::size_t i, std::size_t j, std::size_t at) {
      double slope = 0;
      for (int k = 0; k < count; ++k)
        if (within_[at * count + k]) slope += slopes[k];
      d[i] += slope * event.cells[j].pt * apart_[at], d[j] += slope * event.cells[i].pt * apart_[at];
    });
    for (std::size_t i = 0; i < d.size(); ++i) {
      const auto& c = event.cells[i];
      d_image[c.row * width_ + c.column] += static_cast<Real>(d[i] * inverse_cosh_[c.row]);
    }
  }

 private:
  /// f(i, j, place of their distance in the tables).
  template <class F>
  void each_pair(const record& event, F f) const {
    for (std::size_t i = 0; i < event.cells.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const int rows = std::abs(event.cells[i].row - event.cells[j].row);
        const int columns = std::abs(event.cells[i].column - event.cells[j].column);
        f(i, j, std::size_t(rows) * width_ + columns);
      }
  }

  int width_;
  std::vector<double> radii_, inverse_cosh_;  ///< 1/cosh η of each row: pT of a cell's energy
  std::vector<float> apart_;                  ///< 2(cosh Δη − cos Δφ), by rows and columns between
  std::vector<std::uint8_t> within_;          ///< [rows and columns between][radius]
};

}  // namespace hepgan::physics
