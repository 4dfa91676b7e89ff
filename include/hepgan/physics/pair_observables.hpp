// The two-point correlation of an image, for `cramer_penalty`: how its cells lie to each other, whatever their places.
// Distributions of jets and of regions leave that open.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <span>
#include <string>
#include <vector>

namespace hepgan::physics {

/// Σ x_i x_j over pairs of cells, by their distances in rows and in columns; columns are circular (φ). One number for
/// each class of row distances, 0, 1, 2, 3–4, 5–8, 9–16 …, and of column distances, 0 to 4 one by one, then two by two;
/// row by row. Pixels as they are: of energies' square roots, the large ones do not hide all else. The work is the
/// square of the number of cells that are not 0.
class pair_observables {
 public:
  explicit pair_observables(shape image) : size(image.size()), width_(image.width) {
    if (image.channels != 1) throw error({"pairs: found images of shape ", to_string(image), ", expected one channel"});
    for (int d = 0; d < image.height; ++d) rows_.push_back(d <= 2 ? d : rows_[(d + 1) / 2] + 1);
    for (int d = 0; d < image.width; ++d) {
      const int around = (std::min)(d, image.width - d);
      columns_.push_back(around <= 4 ? around : 5 + (around - 5) / 2);
    }
    classes_ = 1 + (std::ranges::max)(columns_);
    count = classes_ * (1 + (std::ranges::max)(rows_));
  }

  int count = 0, size;
  template <class Real>
  struct cell {
    int row, column;
    Real x;
  };
  template <class Real>
  using record = std::vector<cell<Real>>;

  template <class Real>
  void evaluate(std::span<const Real> image, std::span<Real> values, record<Real>& cells) const {
    cells.clear(), cells.reserve(size);  // once for all events
    for (int i = 0; i < size; ++i)
      if (image[i] != 0) cells.push_back({i / width_, i % width_, image[i]});
    std::ranges::fill(values, Real(0));
    for (std::size_t i = 0; i < cells.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) values[class_of(cells[i], cells[j])] += cells[i].x * cells[j].x;
  }
  template <class Real>
  void pull_back(const record<Real>& cells, std::span<const Real>, std::span<const Real> d_values,
                 std::span<Real> d_image) const {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      Real sum = 0;
      for (std::size_t j = 0; j < cells.size(); ++j)
        if (j != i) sum += d_values[class_of(cells[i], cells[j])] * cells[j].x;
      d_image[cells[i].row * width_ + cells[i].column] += sum;
    }
  }

 private:
  template <class Real>
  int class_of(const cell<Real>& a, const cell<Real>& b) const {
    return rows_[std::abs(a.row - b.row)] * classes_ + columns_[std::abs(a.column - b.column)];
  }
  int width_, classes_ = 0;
  std::vector<int> rows_, columns_;  ///< class of each distance
};

}  // namespace hepgan::physics
