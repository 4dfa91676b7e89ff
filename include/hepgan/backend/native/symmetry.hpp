// Symmetries: pixels of each event moved by an element that is drawn for it, and moved back. One kernel for every
// backend and real type.
#pragma once
#include <algorithm>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>

namespace hepgan::native {
namespace detail {

/// f(event of the batch, pixel of x, pixel of y), in the order of y's. The element is a pure function of (seed, event).
template <class L, class Real, class F>
void over_moved_pixels(const job<Real>& j, F f) {
  const op& o = *j.what;
  const shape s = o.y.extent;
  const random_stream stream(j.seed, purpose::symmetry, static_cast<std::uint32_t>(o.leaf));
  parallel_for(j.batch, [&](std::int64_t n) {
    const std::uint64_t word = stream.words(j.event + n)[0];
    const int element = static_cast<int>(word * L::elements(s) >> 32);
    for (int h = 0, to = 0; h < s.height; ++h)
      for (int w = 0; w < s.width; ++w, ++to) f(n, L::source(s, element, h, w), to);
  });
}

/// A pixel's numbers, of every channel block.
template <class Real>
void copy_pixel(const tensor& t, const Real* from, int a, Real* to, int b, std::int64_t event) {
  const int block = t.form.block, pixels = t.extent.pixels();
  for (std::int64_t first = event * t.stored(); first < (event + 1) * t.stored(); first += pixels * block)
    std::copy_n(from + first + a * block, block, to + first + b * block);
}

}  // namespace detail

template <class L, class Real>
void symmetry_forward(const job<Real>& j) {
  detail::over_moved_pixels<L>(j,
                               [&](std::int64_t n, int x, int y) { detail::copy_pixel(j.what->y, j.x, x, j.y, y, n); });
}

/// The inverse is the adjoint.
template <class L, class Real>
void symmetry_backward(const job<Real>& j) {
  if (!j.dx) return;
  detail::over_moved_pixels<L>(
      j, [&](std::int64_t n, int x, int y) { detail::copy_pixel(j.what->y, j.dy, y, j.dx, x, n); });
}

template <class L, class Real>
constexpr kernel_functions<Real> symmetry_kernel() {
  return {.forward = &symmetry_forward<L, Real>, .backward = &symmetry_backward<L, Real>};
}

}  // namespace hepgan::native
