// Dense layers, and convolutions that see their whole input at once: Y = X·Wᵀ, dX = dY·W and dW = dYᵀ·X in the stored
// order of both sides, each divided into tiles of registers among threads: no sum is divided, so results do not depend
// on their number.
#pragma once
#include <hepgan/backend/native/matrix_gradient.hpp>
#include <hepgan/backend/native/matrix_weights.hpp>

namespace hepgan::native {
namespace matrix_product {

template <class V, class Real>
void forward(const job<Real>& j) {
  const int nx = j.what->x.stored(), ny = j.what->y.stored();
  multiply<V, Real>(j.batch, ny, nx, {j.x, nx, 1}, j.packed, j.y, j.scratch);
}

template <class V, class Real>
void backward(const job<Real>& j) {
  const int nx = j.what->x.stored(), ny = j.what->y.stored();
  if (j.gradient) weight_gradient<V, Real>{j}.add();
  if (j.dx) multiply<V, Real>(j.batch, nx, ny, {j.dy, ny, 1}, j.packed, j.dx, j.scratch);
}

template <class V>
constexpr std::int64_t scratch(const op& o, const workload& w) {
  const int nx = o.x.stored(), ny = o.y.stored();
  const row_tiles<V> tiles(w.batch);
  const std::int64_t onward = tile_numbers(tiles, nx), back = tile_numbers(tiles, ny);
  if (!w.training) return onward;
  return (std::max)({onward, back, weight_gradient<V, float>::scratch(o, w)});
}

}  // namespace matrix_product

template <class Arch, class Real>
constexpr kernel_functions<Real> matrix_product_kernel() {
  using V = widest_lanes<Arch, Real>;
  return {.forward = &matrix_product::forward<V, Real>,
          .backward = &matrix_product::backward<V, Real>,
          .pack = &matrix_order::pack<V, Real>,
          .scratch = &matrix_product::scratch<V>,
          .describe = [](const kernel_resource*) { return "product_tiles"; }};
}

}  // namespace hepgan::native
