// The weights of a convolution 3×3 that computes a factor of two with its own, as its kernels know them: of one window
// 4×4 and stride 2, each of which is a sum of the 3×3's (Karras et al., arXiv:1710.10196, in their program).
#pragma once
#include <algorithm>
#include <hepgan/backend/op.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan {
namespace detail {

/// f(channel pair of the weights w [out][in][3][3], of those of the window, v, which lie as a transposed convolution's
/// do where it enlarges), a thread per output channel.
template <class F>
void over_channel_pairs(const op& o, F f) {
  const int in = o.x.extent.channels, out = o.y.extent.channels;
  const bool up = o.with == resampling::up_before;
  parallel_for(out, [&](std::int64_t to) {
    for (int from = 0; from < in; ++from) f(to * in + from, up ? from * std::int64_t(out) + to : to * in + from);
  });
}
/// f(tap of w, tap of v) for all that are added up: from a pixel of the small side, a tap of w sees the four pixels
/// that it became, or, the other way round, that are averaged.
template <class F>
void over_tap_pairs(const op& o, F f) {
  const bool up = o.with == resampling::up_before;
  for (int h = 0; h < 3; ++h)
    for (int w = 0; w < 3; ++w)
      for (int i = 0; i < 2; ++i)
        for (int k = 0; k < 2; ++k) f(h * 3 + w, ((up ? 2 - h : h) + i) * 4 + (up ? 2 - w : w) + k);
}
constexpr double share_of_a_tap(const op& o) { return o.with == resampling::up_before ? 1 : 0.25; }

}  // namespace detail

/// v, from weights w.
template <class Real>
void widen(const op& o, const Real* w, Real* v) {
  const Real share = static_cast<Real>(detail::share_of_a_tap(o));
  detail::over_channel_pairs(o, [&](std::int64_t narrow, std::int64_t wide) {
    const Real* from = w + narrow * 9;
    Real* to = v + wide * 16;
    std::fill_n(to, 16, Real(0));
    detail::over_tap_pairs(o, [&](int tap, int sum) { to[sum] += share * from[tap]; });
  });
}
/// The adjoint: adds to the gradient of w that of v.
template <class Real>
void add_narrowed(const op& o, const Real* d_v, Real* d_w) {
  const Real share = static_cast<Real>(detail::share_of_a_tap(o));
  detail::over_channel_pairs(o, [&](std::int64_t narrow, std::int64_t wide) {
    const Real* from = d_v + wide * 16;
    Real* to = d_w + narrow * 9;
    detail::over_tap_pairs(o, [&](int tap, int sum) { to[tap] += share * from[sum]; });
  });
}

}  // namespace hepgan
