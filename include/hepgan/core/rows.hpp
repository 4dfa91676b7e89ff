// A batch as rows of numbers: events of pixels, embeddings of components.
#pragma once
#include <cstddef>
#include <span>

namespace hepgan {

/// A view of [size][width] numbers, one row after another; it owns nothing.
template <class Real>
struct rows {
  std::span<Real> flat{};
  std::size_t width = 1;

  constexpr std::size_t size() const { return flat.size() / width; }
  constexpr bool empty() const { return flat.empty(); }
  constexpr std::span<Real> operator[](std::size_t row) const { return flat.subspan(row * width, width); }
};

}  // namespace hepgan
