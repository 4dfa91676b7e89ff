// The oracle: all three kernels of any linear map, derived from its one enumeration of products
// f(w, x, y), y[y] += weight[w] · x[x]. Any real type, plain layout.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::reference {

/// What w < 0 means: the map's fixed weight, or 1.
template <class Map>
inline constexpr double fixed_weight = 1;
template <class Map>
requires requires { Map::fixed_weight; }
inline constexpr double fixed_weight<Map> = Map::fixed_weight;

template <class Map, class Real>
Real weight_of(const job<Real>& j, int w) {
  return w < 0 ? static_cast<Real>(fixed_weight<Map>) : j.weights[w];
}

/// Map::terms(in, f) calls f(w, x, y).
template <class Map, class Real>
void forward(const job<Real>& j) {
  const shape in = j.what->x.extent;
  const int nx = in.size(), ny = j.what->y.extent.size();
  parallel_for(j.batch, [&](std::int64_t n) {
    const Real* x = j.x + n * nx;
    Real* y = j.y + n * ny;
    for (int i = 0; i < ny; ++i) y[i] = 0;
    Map::terms(in, [&](int w, int ix, int iy) { y[iy] += weight_of<Map>(j, w) * x[ix]; });
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
      Map::terms(in, [&](int w, int ix, int iy) { dx[ix] += weight_of<Map>(j, w) * dy[iy]; });
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
  return {.forward = &forward<Map, Real>, .backward = &backward<Map, Real>, .describe = [](const kernel_resource*) {
            return "reference";
          }};
}

}  // namespace hepgan::reference
