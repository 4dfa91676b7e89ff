// Kernels that only move numbers, in any layouts: reorders, joins of branches, circular padding.
#pragma once
#include <hepgan/backend/native/window.hpp>

namespace hepgan::native {
namespace detail {

/// `count` channels from channel `cx` of one tensor to channel `cy` of another.
template <class Real>
void copy_channels(const tensor& from, const tensor& to, const Real* x, Real* y, int batch, int cx, int cy, int count) {
  parallel_for(batch, [&](std::int64_t n) {
    for (int c = 0; c < count; ++c)
      for (int p = 0; p < to.extent.pixels(); ++p) y[element(to, n, cy + c, p)] = x[element(from, n, cx + c, p)];
  });
}

/// Between a small image and one with wrapped borders: copied outwards, or added inwards.
template <bool Inwards, class Real>
void wrap(const tensor& small, const tensor& large, const geometry& g, const Real* from, Real* to, int batch) {
  const shape s = small.extent, l = large.extent;
  clear(Inwards ? small : large, to, batch);
  parallel_for(batch, [&](std::int64_t n) {
    for (int c = 0; c < s.channels; ++c)
      for (int h = 0; h < l.height; ++h)
        for (int w = 0; w < l.width; ++w) {
          const int sh = (h - g.pad[0] + s.height) % s.height, sw = (w - g.pad[1] + s.width) % s.width;
          const auto is = element(small, n, c, sh * s.width + sw), il = element(large, n, c, h * l.width + w);
          if constexpr (Inwards) to[is] += from[il];
          else to[il] = from[is];
        }
  });
}

}  // namespace detail

template <class Real>
constexpr kernel_functions<Real> reorder_kernel() {
  return {.forward =
              [](const job<Real>& j) {
                detail::clear(j.what->y, j.y, j.batch);
                detail::copy_channels(j.what->x, j.what->y, j.x, j.y, j.batch, 0, 0, j.what->x.extent.channels);
              },
          .backward =
              [](const job<Real>& j) {
                if (!j.dx) return;
                detail::clear(j.what->x, j.dx, j.batch);
                detail::copy_channels(j.what->y, j.what->x, j.dy, j.dx, j.batch, 0, 0, j.what->x.extent.channels);
              }};
}

template <class Real>
constexpr kernel_functions<Real> join_sum_kernel() {
  return {.forward =
              [](const job<Real>& j) {
                const std::int64_t n = std::int64_t(j.batch) * j.what->y.stored();
#pragma omp parallel for simd schedule(static)
                for (std::int64_t i = 0; i < n; ++i) j.y[i] = j.x[i] + j.x2[i];
              },
          .backward =
              [](const job<Real>& j) {
                for (Real* d : {j.dx, j.dx2})
                  if (d) std::copy_n(j.dy, std::int64_t(j.batch) * j.what->y.stored(), d);
              }};
}

template <class Real>
constexpr kernel_functions<Real> join_concat_kernel() {
  return {.forward =
              [](const job<Real>& j) {
                const op& o = *j.what;
                const int first = o.x.extent.channels, second = o.x2.extent.channels;
                detail::clear(o.y, j.y, j.batch);
                detail::copy_channels(o.x, o.y, j.x, j.y, j.batch, 0, 0, first);
                detail::copy_channels(o.x2, o.y, j.x2, j.y, j.batch, 0, first, second);
              },
          .backward =
              [](const job<Real>& j) {
                const op& o = *j.what;
                const int first = o.x.extent.channels, second = o.x2.extent.channels;
                if (j.dx) {
                  detail::clear(o.x, j.dx, j.batch);
                  detail::copy_channels(o.y, o.x, j.dy, j.dx, j.batch, 0, 0, first);
                }
                if (j.dx2) {
                  detail::clear(o.x2, j.dx2, j.batch);
                  detail::copy_channels(o.y, o.x2, j.dy, j.dx2, j.batch, first, 0, second);
                }
              }};
}

template <class Arch, class Real>
constexpr kernel_functions<Real> circular_kernel() {
  return {.forward =
              [](const job<Real>& j) {
                const op& o = *j.what;
                if (o.geo.map == map_kind::circular_pad) detail::wrap<false>(o.x, o.y, o.geo, j.x, j.y, j.batch);
                else detail::wrap<true>(o.y, o.x, o.geo, j.x, j.y, j.batch);
              },
          .backward =
              [](const job<Real>& j) {
                if (!j.dx) return;
                const op& o = *j.what;
                if (o.geo.map == map_kind::circular_pad) detail::wrap<true>(o.x, o.y, o.geo, j.dy, j.dx, j.batch);
                else detail::wrap<false>(o.y, o.x, o.geo, j.dy, j.dx, j.batch);
              }};
}

}  // namespace hepgan::native
