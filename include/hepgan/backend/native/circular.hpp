// Wrapping padding and its adjoint, by rows: every row is three runs of pixels, each contiguous within a channel block.
#pragma once
#include <algorithm>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {
namespace detail {

/// f(first number in the small image, in the large one, how many) for one channel block.
template <class F>
void over_runs(shape small, const geometry& g, int block, F f) {
  const int pad = g.pad[1] * block, width = small.width * block, large = width + 2 * pad;
  for (int h = 0; h < small.height + 2 * g.pad[0]; ++h) {
    const int from = (h - g.pad[0] + small.height) % small.height * width, to = h * large;
    f(from + width - pad, to, pad);
    f(from, to + pad, width);
    f(from, to + pad + width, pad);
  }
}

/// Copied outwards, from the small image to the one with borders, or added inwards.
template <class Arch, bool Inwards, class Real>
void wrap(const tensor& small, const tensor& large, const geometry& g, const Real* from, Real* to, int batch) {
  const int block = small.form.block, blocks = padded_channels(small.extent, small.form) / block;
  const std::int64_t s = std::int64_t(small.extent.pixels()) * block, l = std::int64_t(large.extent.pixels()) * block;
  parallel_for(std::int64_t(batch) * blocks, [&](std::int64_t i) {
    if constexpr (Inwards) {
      const Real* x = from + i * l;
      Real* y = to + i * s;
      std::fill_n(y, s, Real(0));
      over_runs(small.extent, g, block, [&](int a, int b, int n) {
#pragma omp simd
        for (int e = 0; e < n; ++e) y[a + e] += x[b + e];
      });
    } else {
      over_runs(small.extent, g, block, [&](int a, int b, int n) { std::copy_n(from + i * s + a, n, to + i * l + b); });
    }
  });
}

}  // namespace detail

template <class Arch, class Real>
void circular_forward(const job<Real>& j) {
  const op& o = *j.what;
  if (o.geo.map == map_kind::circular_pad)
    detail::wrap<Arch, false>(o.x, o.y, o.geo, j.x, j.y, j.batch);
  else
    detail::wrap<Arch, true>(o.y, o.x, o.geo, j.x, j.y, j.batch);
}

template <class Arch, class Real>
void circular_backward(const job<Real>& j) {
  if (!j.dx) return;
  const op& o = *j.what;
  if (o.geo.map == map_kind::circular_pad)
    detail::wrap<Arch, true>(o.x, o.y, o.geo, j.dy, j.dx, j.batch);
  else
    detail::wrap<Arch, false>(o.y, o.x, o.geo, j.dy, j.dx, j.batch);
}

template <class Arch, class Real>
constexpr kernel_functions<Real> circular_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  return {.forward = &circular_forward<Cpu, Real>, .backward = &circular_backward<Cpu, Real>};
}

}  // namespace hepgan::native
