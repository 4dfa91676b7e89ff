// The oracle: all three kernels of any linear map, derived from its one enumeration of products
// f(w, x, y), y[y] += weight[w] · x[x]. Any real type, plain layout.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::reference {

/// Map::terms(in, f) calls f(w, x, y); w < 0 means a fixed weight of 1.
template <class Map, class Real>
void forward(const job<Real>& j) {
  const shape in = j.what->x.extent;
  const int nx = in.size(), ny = j.what->y.extent.size();
  parallel_for(j.batch, [&](std::int64_t n) {
    const Real* x = j.x + n * nx;
    Real* y = j.y + n * ny;
    for (int i = 0; i < ny; ++i) y[i] = 0;
    Map::terms(in, [&](int w, int ix, int iy) { y[iy] += (w < 0 ? Real(1) : j.weights[w]) * x[ix]; });
  });
}

template <class Map, class Real>
void backward(const job<Real>& j) {
  const shape in = j.what->x.extent;
  const int nx = in.size(), ny = j.what->y.extent.size();
  if (j.dx)
    parallel_for(j.batch, [&](std::int64_t n) {
      const Real* dy = j.dy + n * ny;
      Real* dx = j.dx + n * nx;
      for (int i = 0; i < nx; ++i) dx[i] = 0;
      Map::terms(in, [&](int w, int ix, int iy) { dx[ix] += (w < 0 ? Real(1) : j.weights[w]) * dy[iy]; });
    });
  if (j.gradient)  // one thread: the sum over the batch has one order
    for (int n = 0; n < j.batch; ++n) {
      const Real *x = j.x + std::int64_t(n) * nx, *dy = j.dy + std::int64_t(n) * ny;
      Map::terms(in, [&](int w, int ix, int iy) {
        if (w >= 0) j.gradient[w] += x[ix] * dy[iy];
      });
    }
}

template <class Map, class Real>
constexpr kernel_functions<Real> linear_kernel() {
  return {.forward = &forward<Map, Real>, .backward = &backward<Map, Real>, .describe = [](const void*) {
            return "reference";
          }};
}

}  // namespace hepgan::reference
