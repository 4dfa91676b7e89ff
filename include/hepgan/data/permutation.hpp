// Shuffles that are pure functions of (seed, purpose, epoch): what a resumed run sees does not depend on its past.
#pragma once
#include <cstdint>
#include <hepgan/core/random.hpp>
#include <numeric>
#include <utility>
#include <vector>

namespace hepgan::data {

/// Fisher and Yates, with number `offset + i` of the stream for swap i.
template <class T>
[[gnu::noinline]] void shuffle(std::vector<T>& items, const random_stream& random, std::uint64_t offset = 0) {
  for (std::size_t i = items.size(); i > 1; --i) {
    // 53 bits of two words: no bias for any set that fits on a disk.
    const auto w = random.words(offset + i);
    const double u = double((std::uint64_t(w[0]) << 21) ^ (w[1] >> 11)) * 0x1p-53;
    std::swap(items[i - 1], items[static_cast<std::size_t>(u * double(i))]);
  }
}

inline std::vector<std::int64_t> permutation(std::int64_t n, const random_stream& random) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::int64_t(0));
  shuffle(order, random);
  return order;
}

}  // namespace hepgan::data
