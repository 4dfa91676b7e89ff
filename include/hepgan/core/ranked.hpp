// Numbers in order, each with the place that it came from.
#pragma once
#include <algorithm>
#include <cstdint>
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

}  // namespace hepgan::detail
