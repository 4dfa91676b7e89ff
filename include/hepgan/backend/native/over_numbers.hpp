// Loops over flat arrays: pointwise layers, sums and optimizers are nothing else.
#pragma once
#include <hepgan/arch/arch.hpp>
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {

/// f(lanes, position) over n numbers: by vectors, and the rest one by one; threads share runs of an L1's worth.
template <class Arch, class Real, class F>
void over_numbers(std::int64_t n, F f) {
  constexpr std::int64_t run = 16384 / sizeof(Real), w = widest<Arch, Real>;
  parallel_ranges((n + run - 1) / run, [&](std::int64_t first, std::int64_t last) {
    std::int64_t i = first * run;
    const std::int64_t end = (std::min)(n, last * run);
    for (; i + w <= end; i += w) f(widest_lanes<Arch, Real>{}, i);
    for (; i < end; ++i) f(lanes<Arch, Real, 1>{}, i);
  });
}

}  // namespace hepgan::native
