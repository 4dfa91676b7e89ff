// Symmetries: pixels of each event moved by an element that is drawn for it, and moved back. One kernel for every
// backend and real type.
#pragma once
#include <algorithm>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>

namespace hepgan::native {
namespace detail {

/// f(pixel of x, pixel of y) for each of y's, in order.
template <class L, class F>
void over_moved_pixels(shape s, int element, F f) {
  for (int h = 0, to = 0; h < s.height; ++h)
    for (int w = 0; w < s.width; ++w, ++to) f(L::source(s, element, h, w), to);
}

/// Moves the pixels of every event by its element, a pure function of (seed, event), or back, which is the adjoint.
template <class L, bool Back, class Real>
void move_pixels(const job<Real>& j, const Real* from, Real* to) {
  const op& o = *j.what;
  const shape s = o.y.extent;
  const int block = o.y.form.block, blocks = padded_channels(s, o.y.form) / block;
  const random_stream stream(j.seed, purpose::symmetry, static_cast<std::uint32_t>(o.leaf));
  parallel_for(std::int64_t(j.batch) * blocks, [&](std::int64_t i) {
    const std::uint64_t word = stream.words(j.event + i / blocks)[0];
    const int element = static_cast<int>(word * L::elements(s) >> 32);
    const Real* in = from + i * s.pixels() * block;
    Real* out = to + i * s.pixels() * block;
    const auto move = [&](auto copy) {
      over_moved_pixels<L>(s, element, [&](int x, int y) { Back ? copy(y, x) : copy(x, y); });
    };
    if (block == 1)  // images: a call to copy one number took most of the time
      move([&](int a, int b) { out[b] = in[a]; });
    else
      move([&](int a, int b) { std::copy_n(in + a * block, block, out + b * block); });
  });
}

}  // namespace detail

template <class L, class Real>
void symmetry_forward(const job<Real>& j) {
  detail::move_pixels<L, false>(j, j.x, j.y);
}

template <class L, class Real>
void symmetry_backward(const job<Real>& j) {
  if (j.dx) detail::move_pixels<L, true>(j, j.dy, j.dx);
}

template <class L, class Real>
constexpr kernel_functions<Real> symmetry_kernel() {
  return {.forward = &symmetry_forward<L, Real>, .backward = &symmetry_backward<L, Real>};
}

}  // namespace hepgan::native
