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

/// f(canonical weight, packed weight) over all that are no padding, a thread per run of output elements, in an order
/// that uses cache lines whole: canonical weights lie along the output where transposed, else along the input.
template <class F>
void for_each_product(const op& o, F f) {
  constexpr int run = 16;
  const tensor &x = o.x, &y = o.y;
  const int nx = x.extent.size(), ny = y.extent.size(), pixels = y.extent.pixels(), stored = x.stored();
  const bool transposed = o.geo.map == map_kind::transposed_convolution;
  parallel_for((ny + run - 1) / run, [&](std::int64_t r) {
    const int first = static_cast<int>(r) * run, count = (std::min)(run, ny - first);
    std::int64_t rows[run];
    for (int i = 0, iy = first; i < count; ++i, ++iy)
      rows[i] = std::int64_t(stored_index(y.extent, y.form, iy / pixels, iy % pixels)) * stored;
    const auto over_inputs = [&](auto g) {
      for (int c = 0, ix = 0; c < x.extent.channels; ++c) {
        int at = stored_index(x.extent, x.form, c, 0);
        for (int p = 0; p < x.extent.pixels(); ++p, ++ix, at += x.form.block) g(std::int64_t(ix), at);
      }
    };
    if (transposed)
      over_inputs([&](std::int64_t ix, int at) {
        for (int i = 0; i < count; ++i) f(ix * ny + first + i, rows[i] + at);
      });
    else
      for (int i = 0; i < count; ++i)
        over_inputs([&](std::int64_t ix, int at) { f(std::int64_t(first + i) * nx + ix, rows[i] + at); });
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
              [](const op& o, pass p, const float* canonical, float* packed) {
                std::fill_n(packed, packed_size(o, p), 0.f);
                detail::for_each_product(o, [&](std::int64_t from, std::int64_t to) { packed[to] = canonical[from]; });
              },
          .scratch = [](const op& o, const workload& w) -> std::int64_t {
            return w.training ? packed_size(o, pass::forward) : 0;
          },
          .describe = [](const void*) { return "gemm"; }};
}

}  // namespace hepgan::onednn
