// Many images in little memory: a calorimeter image has energy in about one pixel of twenty, so only those are kept.
#pragma once
#include <algorithm>
#include <cstdint>
#include <hepgan/core/checksum.hpp>
#include <span>
#include <vector>

namespace hepgan::data {

/// Images in the order in which they were added. One that is more than half full is kept dense: that is smaller.
class sparse_images {
 public:
  explicit sparse_images(std::size_t pixels = 0) : pixels_(pixels) {}

  void add(std::span<const float> image) {
    const auto full = static_cast<std::size_t>(image.size() - std::count(image.begin(), image.end(), 0.0f));
    row r{values_.size(), where_.size(), full};
    if (2 * full > pixels_) {
      r.count = pixels_;
      values_.insert(values_.end(), image.begin(), image.end());
    } else {
      for (std::size_t k = 0; k < image.size(); ++k)
        if (image[k] != 0) {
          values_.push_back(image[k]);
          where_.push_back(static_cast<std::uint32_t>(k));
        }
    }
    rows_.push_back(r);
  }

  void get(std::size_t i, std::span<float> out) const {
    const row r = rows_[i];
    if (r.count == pixels_) {
      std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(r.value), pixels_, out.begin());
      return;
    }
    std::fill_n(out.begin(), pixels_, 0.0f);
    for (std::size_t k = 0; k < r.count; ++k) out[where_[r.pixel + k]] = values_[r.value + k];
  }

  std::size_t size() const { return rows_.size(); }
  /// Of all images in their order.
  std::uint64_t checksum() const {
    std::uint64_t sum = hepgan::checksum(std::as_bytes(std::span(values_)));
    sum = hepgan::checksum(std::as_bytes(std::span(where_)), sum);
    for (const row& r : rows_) sum = hepgan::checksum(std::as_bytes(std::span(&r.count, 1)), sum);
    return sum;
  }
  void shrink_to_fit() {
    values_.shrink_to_fit();
    where_.shrink_to_fit();
    rows_.shrink_to_fit();
  }

 private:
  struct row {
    std::size_t value, pixel, count;  // count == pixels: dense, without positions
  };
  std::size_t pixels_;
  std::vector<float> values_;
  std::vector<std::uint32_t> where_;
  std::vector<row> rows_;
};

}  // namespace hepgan::data
