// Sums per channel over a batch, in an order that does not depend on the number of threads: first over the pixels of
// each (event, channel block), then over events.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::detail {

/// Where the channel blocks of a batch lie.
struct channel_blocks {
  int channels, block, count, pixels;
  constexpr explicit channel_blocks(const tensor& t)
      : channels(t.extent.channels),
        block(t.form.block),
        count(padded_channels(t.extent, t.form) / t.form.block),
        pixels(t.extent.pixels()) {}
  constexpr int padded() const { return count * block; }
  /// Of block i = event · count + block.
  constexpr std::int64_t offset(std::int64_t i) const { return i * pixels * block; }
};

/// f(lanes, i, channel, offset of its first pixel) for every vector of channels of every block i of the batch.
template <class Arch, class Real, class F>
void over_blocks(const channel_blocks& b, int batch, F f) {
  with_lanes<Arch, Real>(b.block, [&]<class V>(V) {
    const std::int64_t n = std::int64_t(batch) * b.count;
    const auto block = [&](std::int64_t i) {
      for (int l = 0; l < b.block; l += V::width) f(V{}, i, int(i % b.count) * b.block + l, b.offset(i) + l);
    };
    parallel_for(n, block, b.offset(n));
  });
}

/// Σ over n pixels by sum = f(pixel, sum), in four chains.
template <class V, class F>
typename V::type sum_over(int n, F f) {
  auto a = V::all(0), b = a, c = a, d = a;
  int p = 0;
  for (; p + 4 <= n; p += 4) a = f(p, a), b = f(p + 1, b), c = f(p + 2, c), d = f(p + 3, d);
  for (; p < n; ++p) a = f(p, a);
  return (a + b) + (c + d);
}

/// Channels [begin, begin + count) with the sums of both of their parts over events.
struct totals {
  static constexpr int most = 16;
  int begin = 0, count = 0;
  double first[most]{}, second[most]{};
};

/// Of run r of the channels, from parts[event][row 0 or 1][padded channel].
template <class Arch, class Real>
[[gnu::noinline]] totals totals_of(const channel_blocks& b, int batch, const Real* parts, std::int64_t r) {
  const std::int64_t padded = b.padded();
  totals t{.begin = int(r) * totals::most};
  t.count = (std::min)(totals::most, b.channels - t.begin);
  for (std::int64_t e = 0; e < batch; ++e) {
    const Real *p = parts + e * 2 * padded + t.begin, *q = p + padded;
#pragma omp simd
    for (int c = 0; c < t.count; ++c) t.first[c] += double(p[c]), t.second[c] += double(q[c]);
  }
  return t;
}

/// total(totals) for runs of channels.
template <class Arch, class Real, class F>
void over_totals(const channel_blocks& b, int batch, const Real* parts, F total) {
  parallel_for((b.channels + totals::most - 1) / totals::most,
               [&](std::int64_t r) { total(totals_of<Arch>(b, batch, parts, r)); });
}

}  // namespace hepgan::native::detail
