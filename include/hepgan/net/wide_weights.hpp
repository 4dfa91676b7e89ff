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
/// From a pixel of the small side a tap of w sees the four pixels that it became, or, the other way round, that are
/// averaged: four neighbours of v. These lie in opposite order where it enlarges.
struct tap_of_window {
  bool turned;
  explicit tap_of_window(const op& o) : turned(o.with == resampling::up_before) {}
  int operator()(int h, int w) const { return turned ? 8 - (3 * h + w) : 3 * h + w; }
  double share() const { return turned ? 1 : 0.25; }
};

}  // namespace detail

/// v, from weights w: along rows, then along columns.
template <class Real>
void widen(const op& o, const Real* w, Real* v) {
  const detail::tap_of_window tap(o);
  const Real share = static_cast<Real>(tap.share());
  detail::over_channel_pairs(o, [&](std::int64_t narrow, std::int64_t wide) {
    const Real* from = w + narrow * 9;
    Real* to = v + wide * 16;
    Real rows[5][4]{};  // with zeros before and after
#pragma GCC unroll 3
    for (int h = 0; h < 3; ++h) {
      const Real a = share * from[tap(h, 0)], b = share * from[tap(h, 1)], c = share * from[tap(h, 2)];
      rows[h + 1][0] = a, rows[h + 1][1] = a + b, rows[h + 1][2] = b + c, rows[h + 1][3] = c;
    }
#pragma GCC unroll 4
    for (int h = 0; h < 4; ++h)
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) to[4 * h + i] = rows[h][i] + rows[h + 1][i];
  });
}
/// The adjoint: adds to the gradient of w that of v.
template <class Real>
void add_narrowed(const op& o, const Real* d_v, Real* d_w) {
  const detail::tap_of_window tap(o);
  const Real share = static_cast<Real>(tap.share());
  detail::over_channel_pairs(o, [&](std::int64_t narrow, std::int64_t wide) {
    const Real* from = d_v + wide * 16;
    Real* to = d_w + narrow * 9;
    Real columns[3][4];
#pragma GCC unroll 3
    for (int h = 0; h < 3; ++h)
#pragma GCC unroll 4
      for (int i = 0; i < 4; ++i) columns[h][i] = from[4 * h + i] + from[4 * (h + 1) + i];
#pragma GCC unroll 3
    for (int h = 0; h < 3; ++h)
#pragma GCC unroll 3
      for (int i = 0; i < 3; ++i) to[tap(h, i)] += share * (columns[h][i] + columns[h][i + 1]);
  });
}

}  // namespace hepgan
