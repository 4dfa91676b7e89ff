// Plain loops for every native kernel, in any layout.
#pragma once
#include <algorithm>
#include <cmath>

#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/reference/pointwise.hpp>
#include <hepgan/backend/statistics.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {
inline std::int64_t at(const tensor& t, std::int64_t n, int c, int p) { return n * t.stored() + stored_index(t.extent, t.form, c, p); }

template <class Real> void copy(const tensor& from, const tensor& to, const Real* x, Real* y, int batch, int cx = 0, int cy = 0, int count = -1) {
  if (count < 0) count = from.extent.channels;
  parallel_for(batch, [&](std::int64_t n) {
    for (int c = 0; c < count; ++c) for (int p = 0; p < to.extent.pixels(); ++p) y[at(to, n, cy + c, p)] = x[at(from, n, cx + c, p)];
  });
}
template <class Real> void clear(const tensor& t, Real* x, int batch) { std::fill_n(x, std::int64_t(t.stored()) * batch, Real(0)); }
template <class Real> constexpr kernel_functions<Real> reorder_kernel() {
  return {.forward = [](const job<Real>& j) { clear(j.what->y, j.y, j.batch); copy(j.what->x, j.what->y, j.x, j.y, j.batch); },
          .backward = [](const job<Real>& j) { if (j.dx) { clear(j.what->x, j.dx, j.batch); copy(j.what->y, j.what->x, j.dy, j.dx, j.batch); } }};
}
template <class Real> constexpr kernel_functions<Real> join_sum_kernel() {
  return {.forward = [](const job<Real>& j) { for (std::int64_t i = 0; i < std::int64_t(j.batch) * j.what->y.stored(); ++i) j.y[i] = j.x[i] + j.x2[i]; },
          .backward = [](const job<Real>& j) { for (Real* d : {j.dx, j.dx2}) if (d) std::copy_n(j.dy, std::int64_t(j.batch) * j.what->y.stored(), d); }};
}
template <class Real> constexpr kernel_functions<Real> join_concat_kernel() {
  return {.forward = [](const job<Real>& j) { const op& o = *j.what; const int c1 = o.x.extent.channels; clear(o.y, j.y, j.batch); copy(o.x, o.y, j.x, j.y, j.batch, 0, 0, c1); copy(o.x2, o.y, j.x2, j.y, j.batch, 0, c1, o.x2.extent.channels); },
          .backward = [](const job<Real>& j) { const op& o = *j.what; const int c1 = o.x.extent.channels; if (j.dx) { clear(o.x, j.dx, j.batch); copy(o.y, o.x, j.dy, j.dx, j.batch, 0, 0, c1); } if (j.dx2) { clear(o.x2, j.dx2, j.batch); copy(o.y, o.x2, j.dy, j.dx2, j.batch, c1, 0, o.x2.extent.channels); } }};
}
template <class Real, bool Fold> void wrap(const tensor& small, const tensor& large, const geometry& g, const Real* from, Real* to, int batch) {
  parallel_for(batch, [&](std::int64_t n) {
    for (int c = 0; c < small.extent.channels; ++c)
      for (int h = 0; h < large.extent.height; ++h) for (int w = 0; w < large.extent.width; ++w) {
        const int sh = (h - g.pad[0] + small.extent.height) % small.extent.height, sw = (w - g.pad[1] + small.extent.width) % small.extent.width;
        const auto s = at(small, n, c, sh * small.extent.width + sw), l = at(large, n, c, h * large.extent.width + w);
        if (Fold) to[s] += from[l]; else to[l] = from[s];
      }
  });
}
template <class Arch, class Real> constexpr kernel_functions<Real> circular_kernel() {
  return {.forward = [](const job<Real>& j) { const op& o = *j.what; clear(o.y, j.y, j.batch); if (o.geo.map == map_kind::circular_pad) wrap<Real, false>(o.x, o.y, o.geo, j.x, j.y, j.batch); else wrap<Real, true>(o.y, o.x, o.geo, j.x, j.y, j.batch); },
          .backward = [](const job<Real>& j) { if (!j.dx) return; const op& o = *j.what; clear(o.x, j.dx, j.batch); if (o.geo.map == map_kind::circular_pad) wrap<Real, true>(o.x, o.y, o.geo, j.dy, j.dx, j.batch); else wrap<Real, false>(o.y, o.x, o.geo, j.dy, j.dx, j.batch); }};
}
template <class Real, class F> void windows(const job<Real>& j, std::int64_t n, F f) {
  const op& o = *j.what; const bool adj = o.geo.map == map_kind::transposed_convolution;
  const tensor &s = adj ? o.x : o.y, &l = adj ? o.y : o.x;
  for (int cs = 0; cs < s.extent.channels; ++cs) for (int cl = 0; cl < l.extent.channels; ++cl)
    for (int h = 0; h < s.extent.height; ++h) for (int w = 0; w < s.extent.width; ++w)
      for (int kh = 0; kh < o.geo.kernel[0]; ++kh) for (int kw = 0; kw < o.geo.kernel[1]; ++kw) {
        const int lh = h * o.geo.stride[0] - o.geo.pad[0] + kh, lw = w * o.geo.stride[1] - o.geo.pad[1] + kw;
        if (lh < 0 || lw < 0 || lh >= l.extent.height || lw >= l.extent.width) continue;
        f(((cs * l.extent.channels + cl) * o.geo.kernel[0] + kh) * o.geo.kernel[1] + kw, at(s, n, cs, h * s.extent.width + w), at(l, n, cl, lh * l.extent.width + lw));
      }
}
template <class Arch, class Real> constexpr kernel_functions<Real> one_channel_kernel() {
  return {.forward = [](const job<Real>& j) { const bool adj = j.what->geo.map == map_kind::transposed_convolution; clear(j.what->y, j.y, j.batch);
            parallel_for(j.batch, [&](std::int64_t n) { windows(j, n, [&](int w, std::int64_t s, std::int64_t l) { if (adj) j.y[l] += j.weights[w] * j.x[s]; else j.y[s] += j.weights[w] * j.x[l]; }); }); },
          .backward = [](const job<Real>& j) { const bool adj = j.what->geo.map == map_kind::transposed_convolution;
            if (j.dx) { clear(j.what->x, j.dx, j.batch); parallel_for(j.batch, [&](std::int64_t n) { windows(j, n, [&](int w, std::int64_t s, std::int64_t l) { if (adj) j.dx[s] += j.weights[w] * j.dy[l]; else j.dx[l] += j.weights[w] * j.dy[s]; }); }); }
            if (j.gradient) for (int n = 0; n < j.batch; ++n) windows(j, n, [&](int w, std::int64_t s, std::int64_t l) { j.gradient[w] += adj ? j.x[s] * j.dy[l] : j.x[l] * j.dy[s]; }); }};
}
template <class Arch, class Real> constexpr kernel_functions<Real> bias_kernel() {
  return {.forward = [](const job<Real>& j) { const tensor& t = j.what->y; if (j.x != j.y) std::copy_n(j.x, std::int64_t(j.batch) * t.stored(), j.y); for (int n = 0; n < j.batch; ++n) for (int c = 0; c < t.extent.channels; ++c) for (int p = 0; p < t.extent.pixels(); ++p) j.y[at(t, n, c, p)] = j.x[at(t, n, c, p)] + j.weights[j.what->bias_per_pixel ? c * t.extent.pixels() + p : c]; },
          .backward = [](const job<Real>& j) { const tensor& t = j.what->y; if (j.gradient) for (int n = 0; n < j.batch; ++n) for (int c = 0; c < t.extent.channels; ++c) for (int p = 0; p < t.extent.pixels(); ++p) j.gradient[j.what->bias_per_pixel ? c * t.extent.pixels() + p : c] += j.dy[at(t, n, c, p)]; if (j.dx && j.dx != j.dy) std::copy_n(j.dy, std::int64_t(j.batch) * t.stored(), j.dx); }};
}
template <class F, class Real> Real act(Real z, const Real* s) { if constexpr (std::is_void_v<F>) return z; else return reference::value<F>(z, s); }
template <class F, class Real> Real act_slope(Real z, const Real* s) { if constexpr (std::is_void_v<F>) return 1; else if constexpr (requires { F::slope(z, s); }) return F::slope(z, s); else return F::slope(z); }
template <class Arch, class F, class Real> constexpr kernel_functions<Real> batch_norm_kernel() {
  return {.forward = [](const job<Real>& j) { const tensor& t = j.what->x; const int C = t.extent.channels, P = t.extent.pixels(); const batch_statistics b(C); if (j.y != j.x) clear(t, j.y, j.batch);
            parallel_for(C, [&](std::int64_t c) { double m = 0, v = 0; const double n = double(P) * j.batch;
              if (j.training) { for (int i = 0; i < j.batch; ++i) for (int p = 0; p < P; ++p) m += j.x[at(t, i, c, p)]; m /= n; for (int i = 0; i < j.batch; ++i) for (int p = 0; p < P; ++p) { const double d = j.x[at(t, i, c, p)] - m; v += d * d; }
                j.statistics[b.mean + c] = m; j.statistics[b.inverse_deviation + c] = 1 / std::sqrt(v / n + 1e-5); j.statistics[b.variance + c] = v / std::max(n - 1, 1.0); }
              const Real mean = j.training ? j.statistics[b.mean + c] : j.state[c], scale = j.training ? j.statistics[b.inverse_deviation + c] : 1 / std::sqrt(j.state[C + c] + Real(1e-5));
              for (int i = 0; i < j.batch; ++i) for (int p = 0; p < P; ++p) { const auto k = at(t, i, c, p); j.y[k] = act<F>(j.weights[c] * (j.x[k] - mean) * scale + j.weights[C + c], j.fused_scalars); } }); },
          .backward = [](const job<Real>& j) { const tensor& t = j.what->x; const int C = t.extent.channels, P = t.extent.pixels(); const batch_statistics b(C);
            parallel_for(C, [&](std::int64_t c) { const Real mean = j.training ? j.statistics[b.mean + c] : j.state[c], scale = j.training ? j.statistics[b.inverse_deviation + c] : 1 / std::sqrt(j.state[C + c] + Real(1e-5)); double s = 0, q = 0; const double n = double(P) * j.batch;
              const auto each = [&](auto f) { for (int i = 0; i < j.batch; ++i) for (int p = 0; p < P; ++p) { const auto k = at(t, i, c, p); const Real h = (j.x[k] - mean) * scale; f(k, h, j.dy[k] * act_slope<F>(j.weights[c] * h + j.weights[C + c], j.fused_scalars)); } };
              each([&](std::int64_t, Real h, Real d) { s += d; q += d * h; });
              if (j.gradient) j.gradient[c] += q, j.gradient[C + c] += s;
              if (j.dx) each([&](std::int64_t k, Real h, Real d) { j.dx[k] = j.weights[c] * scale * (j.training ? d - s / n - h * q / n : d); }); });
            if (j.dx && t.form.block > 1 && C % t.form.block) for (int i = 0; i < j.batch; ++i) for (int c = C; c < padded_channels(t.extent, t.form); ++c) for (int p = 0; p < P; ++p) j.dx[at(t, i, c, p)] = 0; }};
}
template <class Arch, class L, class Real> constexpr kernel_functions<Real> pointwise_kernel() { return reference::pointwise_kernel<L, Real>(); }
}  // namespace hepgan::native
