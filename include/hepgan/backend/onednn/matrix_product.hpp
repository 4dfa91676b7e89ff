// Dense layers, and convolutions that see their whole input at once, as one matrix product in the stored order of both
// sides: Y = X·Wᵀ, dX = dY·W, dW = dYᵀ·X, with X [batch][stored x], W [stored y][stored x].
#pragma once
#include <algorithm>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/onednn/api.hpp>
#include <hepgan/backend/select.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::onednn {
namespace detail {

/// f(canonical weight, packed weight) over all that are no padding, a thread per range of output elements.
template <class F>
void for_each_product(const op& o, F f) {
  const tensor &x = o.x, &y = o.y;
  const int nx = x.extent.size(), stored = x.stored();
  parallel_for(y.extent.size(), [&](std::int64_t iy) {
    const int yc = static_cast<int>(iy) / y.extent.pixels(), yp = static_cast<int>(iy) % y.extent.pixels();
    const std::int64_t row = std::int64_t(stored_index(y.extent, y.form, yc, yp)) * stored;
    for (int ix = 0; ix < nx; ++ix) {
      const int xc = ix / x.extent.pixels(), xp = ix % x.extent.pixels();
      const std::int64_t canonical =
          o.geo.map == map_kind::transposed_convolution ? std::int64_t(ix) * y.extent.size() + iy : iy * nx + ix;
      f(canonical, row + stored_index(x.extent, x.form, xc, xp));
    }
  });
}

/// C[m][n] = A·B in tiles that do not depend on the number of threads, each by one: oneDNN's own division among threads
/// changes the last bit.
inline void gemm(char ta, char tb, std::int64_t m, std::int64_t n, std::int64_t k, const float* a, std::int64_t lda,
                 const float* b, std::int64_t ldb, float* c) {
  constexpr std::int64_t columns = 256;
  const std::int64_t rows_of_narrow = m < 1024 ? 16 : 256, rows = n < columns ? rows_of_narrow : 64;
  const std::int64_t across = (n + columns - 1) / columns;
  parallel_for((m + rows - 1) / rows * across, [&](std::int64_t tile) {
    const std::int64_t i = tile / across * rows, j = tile % across * columns;
    check(dnnl_sgemm(ta, tb, (std::min)(rows, m - i), (std::min)(columns, n - j), k, 1.f, a + (ta == 'N' ? i * lda : i),
                     lda, b + (tb == 'N' ? j : j * ldb), ldb, 0.f, c + i * n + j, n),
          "multiply matrices");
  });
}

}  // namespace detail

constexpr kernel_functions<float> matrix_product_kernel() {
  return {.forward =
              [](const job<float>& j) {
                const int nx = j.what->x.stored(), ny = j.what->y.stored();
                detail::gemm('N', 'T', j.batch, ny, nx, j.x, nx, j.packed, nx, j.y);
              },
          .backward =
              [](const job<float>& j) {
                const int nx = j.what->x.stored(), ny = j.what->y.stored();
                if (j.gradient) {
                  detail::gemm('T', 'N', ny, nx, j.batch, j.dy, ny, j.x, nx, j.scratch);
                  detail::for_each_product(
                      *j.what, [&](std::int64_t to, std::int64_t from) { j.gradient[to] += j.scratch[from]; });
                }
                if (j.dx) detail::gemm('N', 'N', j.batch, nx, ny, j.dy, ny, j.packed, nx, j.dx);
              },
          .pack =
              [](const op& o, const float* canonical, float* packed) {
                std::fill_n(packed, packed_size(o), 0.f);
                detail::for_each_product(o, [&](std::int64_t from, std::int64_t to) { packed[to] = canonical[from]; });
              },
          .scratch = [](const op& o, int) -> std::int64_t { return packed_size(o); },
          .describe = [](const void*) { return "gemm"; }};
}

}  // namespace hepgan::onednn
