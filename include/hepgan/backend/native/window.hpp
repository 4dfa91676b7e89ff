// Strided windows in any layout and of any size, in plain loops: for the shapes that no tuned kernel takes.
#pragma once
#include <algorithm>

#include <hepgan/backend/kernel.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {
namespace detail {

inline std::int64_t element(const tensor& t, std::int64_t n, int c, int p) {
  return n * t.stored() + stored_index(t.extent, t.form, c, p);
}

/// f(weight, element of the small side, element of the large side) for one event.
template <class F>
void over_windows(const op& o, std::int64_t n, F f) {
  const bool adjoint = o.geo.map == map_kind::transposed_convolution;
  const tensor &s = adjoint ? o.x : o.y, &l = adjoint ? o.y : o.x;
  const auto& g = o.geo;
  for (int cs = 0; cs < s.extent.channels; ++cs)
    for (int cl = 0; cl < l.extent.channels; ++cl)
      for (int kh = 0; kh < g.kernel[0]; ++kh)
        for (int kw = 0; kw < g.kernel[1]; ++kw) {
          const int w = ((cs * l.extent.channels + cl) * g.kernel[0] + kh) * g.kernel[1] + kw;
          for (int h = 0; h < s.extent.height; ++h)
            for (int x = 0; x < s.extent.width; ++x) {
              const int lh = h * g.stride[0] - g.pad[0] + kh, lx = x * g.stride[1] - g.pad[1] + kw;
              if (lh < 0 || lx < 0 || lh >= l.extent.height || lx >= l.extent.width) continue;
              f(w, element(s, n, cs, h * s.extent.width + x), element(l, n, cl, lh * l.extent.width + lx));
            }
        }
}

template <class Real>
void clear(const tensor& t, Real* x, int batch) {
  std::fill_n(x, std::int64_t(t.stored()) * batch, Real(0));
}

}  // namespace detail

template <class Real>
void window_forward(const job<Real>& j) {
  const bool adjoint = j.what->geo.map == map_kind::transposed_convolution;
  detail::clear(j.what->y, j.y, j.batch);
  parallel_for(j.batch, [&](std::int64_t n) {
    detail::over_windows(*j.what, n, [&](int w, std::int64_t s, std::int64_t l) {
      if (adjoint) j.y[l] += j.weights[w] * j.x[s];
      else j.y[s] += j.weights[w] * j.x[l];
    });
  });
}

template <class Real>
void window_backward(const job<Real>& j) {
  const bool adjoint = j.what->geo.map == map_kind::transposed_convolution;
  if (j.dx) {
    detail::clear(j.what->x, j.dx, j.batch);
    parallel_for(j.batch, [&](std::int64_t n) {
      detail::over_windows(*j.what, n, [&](int w, std::int64_t s, std::int64_t l) {
        if (adjoint) j.dx[s] += j.weights[w] * j.dy[l];
        else j.dx[l] += j.weights[w] * j.dy[s];
      });
    });
  }
  if (j.gradient)
    for (int n = 0; n < j.batch; ++n)
      detail::over_windows(*j.what, n, [&](int w, std::int64_t s, std::int64_t l) {
        j.gradient[w] += adjoint ? j.x[s] * j.dy[l] : j.x[l] * j.dy[s];
      });
}

}  // namespace hepgan::native
