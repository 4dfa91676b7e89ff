// Y = X·Wᵀ, dX = dY·W and dW = dYᵀ·X (product_order.hpp) by oneDNN.
#pragma once
#include <algorithm>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/onednn/api.hpp>
#include <hepgan/backend/onednn/product_order.hpp>

namespace hepgan::onednn {
namespace detail {

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

constexpr std::int64_t weights(const op& o) { return std::int64_t(o.x.stored()) * o.y.stored(); }

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
                  for_each_product(*j.what, [&](std::int64_t to, int y, int x) {
                    j.gradient[to] += j.scratch[std::int64_t(y) * nx + x];
                  });
                }
                if (j.dx) detail::gemm('N', 'N', j.batch, nx, ny, j.dy, ny, j.packed, nx, j.dx);
              },
          .pack =
              [](const op& o, pass, const float* canonical, float* packed) {
                std::fill_n(packed, detail::weights(o), 0.f);
                for_each_product(o, [&, nx = std::int64_t(o.x.stored())](std::int64_t from, int y, int x) {
                  packed[y * nx + x] = canonical[from];
                });
              },
          .scratch = [](const op& o, const workload& w) -> std::int64_t { return w.training ? detail::weights(o) : 0; },
          .describe = [](const kernel_resource*) { return "gemm"; }};
}

}  // namespace hepgan::onednn
