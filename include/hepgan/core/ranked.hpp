// Numbers in order, each with the place that it came from.
#pragma once
#include <algorithm>
#include <cstdint>
#include <hepgan/core/rows.hpp>
#include <span>

namespace hepgan::detail {

/// Equal values stay in the order of their places.
struct ranked {
  double value;
  std::uint32_t place;
  bool operator<(const ranked& other) const {
    return value < other.value || (value == other.value && place < other.place);
  }
};

/// One call for all that sort: it is tens of functions.
[[gnu::noinline]] inline void put_in_order(std::span<ranked> numbers) {
  std::sort(numbers.data(), numbers.data() + numbers.size());
}

/// Number k of each event.
template <class Real>
[[gnu::noinline]] void rank(rows<const Real> values, std::size_t k, std::span<ranked> order) {
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = {values[i][k], static_cast<std::uint32_t>(i)};
  put_in_order(order);
}

}  // namespace hepgan::detail
