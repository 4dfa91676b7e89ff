// A convolution, or its adjoint, as a problem for a native kernel, and its results as plain sums in double.
#pragma once
#include "harness.hpp"

namespace hepgan::test {

struct sizes {
  map_kind map;
  shape x, y;
  std::array<int, 2> kernel, stride, pad;
  int batch, block;
};

inline problem make(const sizes& s) {
  problem p{.what = operation(op_kind::linear_map, s.x, s.y, s.block), .batch = s.batch};
  p.what.geo = {s.map, s.kernel, s.stride, s.pad};
  p.weights = draw(std::size_t(s.x.channels) * s.y.channels * s.kernel[0] * s.kernel[1], 1);
  p.x = draw(std::size_t(s.batch) * s.x.size(), 2), p.dy = draw(std::size_t(s.batch) * s.y.size(), 3);
  return p;
}

inline double rms_error(const numbers& found, const numbers& expected) {
  double apart = 0;
  for (std::size_t i = 0; i < found.size(); ++i) apart += (found[i] - expected[i]) * (found[i] - expected[i]);
  return std::sqrt(apart / dot(expected, expected));
}

/// Σ over all products of a convolution, or of its adjoint, straight from their definition.
inline outcome expected(const problem& p) {
  const op& o = p.what;
  const bool adjoint = o.geo.map == map_kind::transposed_convolution;
  const shape s = adjoint ? o.x.extent : o.y.extent, l = adjoint ? o.y.extent : o.x.extent;
  outcome r;
  r.y.assign(p.dy.size(), 0), r.dx.assign(p.x.size(), 0), r.gradient.assign(p.weights.size(), 0);
  for (int n = 0; n < p.batch; ++n)
    for (int cs = 0; cs < s.channels; ++cs)
      for (int cl = 0; cl < l.channels; ++cl)
        for (int h = 0; h < s.height; ++h)
          for (int w = 0; w < s.width; ++w)
            for (int kh = 0; kh < o.geo.kernel[0]; ++kh)
              for (int kw = 0; kw < o.geo.kernel[1]; ++kw) {
                const int lh = h * o.geo.stride[0] - o.geo.pad[0] + kh, lw = w * o.geo.stride[1] - o.geo.pad[1] + kw;
                if (lh < 0 || lw < 0 || lh >= l.height || lw >= l.width) continue;
                const int weight = ((cs * l.channels + cl) * o.geo.kernel[0] + kh) * o.geo.kernel[1] + kw;
                const int is = ((n * s.channels + cs) * s.height + h) * s.width + w;
                const int il = ((n * l.channels + cl) * l.height + lh) * l.width + lw;
                const int ix = adjoint ? is : il, iy = adjoint ? il : is;
                r.y[iy] += p.weights[weight] * p.x[ix];
                r.dx[ix] += p.weights[weight] * p.dy[iy];
                r.gradient[weight] += p.x[ix] * p.dy[iy];
              }
  return r;
}

}  // namespace hepgan::test
