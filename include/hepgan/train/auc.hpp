// The area under the ROC curve of a score: the probability that an event of the one kind scores above one of the other.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <hepgan/core/ranked.hpp>
#include <limits>
#include <span>
#include <vector>

namespace hepgan {

/// By ranks: the share of pairs in which `above` scores higher, equal ones counted half (Mann and Whitney 1947; Hanley
/// and McNeil 1982). NaN where a score is NaN, or where there is no pair.
inline double auc(std::span<const float> above, std::span<const float> below) {
  const std::size_t n = above.size(), all = n + below.size();
  std::vector<detail::ranked> order(all);
  bool lost = above.empty() || below.empty();
  for (std::size_t i = 0; i < all; ++i) {
    order[i] = {i < n ? above[i] : below[i - n], static_cast<std::uint32_t>(i)};
    lost |= std::isnan(order[i].value);
  }
  if (lost) return std::numeric_limits<double>::quiet_NaN();
  detail::put_in_order(order);
  std::int64_t twice = 0, lower = 0;                       // the share, and how many of `below` score less
  for (std::size_t from = 0, to; from < all; from = to) {  // events of equal scores together
    std::int64_t ours = 0;
    for (to = from; to < all && order[to].value == order[from].value; ++to) ours += order[to].place < n;
    const std::int64_t theirs = static_cast<std::int64_t>(to - from) - ours;
    twice += ours * (2 * lower + theirs), lower += theirs;
  }
  return 0.5 * static_cast<double>(twice) / (static_cast<double>(n) * static_cast<double>(below.size()));
}

/// An area with its standard error.
struct auc_estimate {
  double value = 0.5, error = 0;
};

/// The standard error of an area A that n and m events gave (Hanley and McNeil 1982, equation 2): with Q₁ = A/(2 − A)
/// and Q₂ = 2A²/(1 + A),  σ² = (A(1 − A) + (n − 1)(Q₁ − A²) + (m − 1)(Q₂ − A²)) / nm.
inline double auc_error(double a, std::int64_t n, std::int64_t m) {
  const double q1 = a / (2 - a), q2 = 2 * a * a / (1 + a), above = double(n), below = double(m);
  const double nm_variance = a * (1 - a) + (above - 1) * (q1 - a * a) + (below - 1) * (q2 - a * a);
  return nm_variance > 0 ? std::sqrt(nm_variance / (above * below)) : nm_variance <= 0 ? 0 : nm_variance;
}

}  // namespace hepgan
