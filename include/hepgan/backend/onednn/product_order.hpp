// Dense layers, and convolutions that see their whole input at once, are one matrix product in the stored order of both
// sides: Y = X·Wᵀ, dX = dY·W, dW = dYᵀ·X, with X [batch][stored x], W [stored y][stored x]. Where W lies canonically.
#pragma once
#include <algorithm>
#include <hepgan/backend/op.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::onednn {

/// f(canonical weight, stored y, stored x) over all that are no padding, a thread per run of output elements, in an
/// order that uses cache lines whole: canonical weights lie along the output where transposed, else along the input.
template <class F>
void for_each_product(const op& o, F f) {
  constexpr int run = 16;
  const tensor &x = o.x, &y = o.y;
  const int nx = x.extent.size(), ny = y.extent.size(), pixels = y.extent.pixels();
  const bool transposed = o.geo.map == map_kind::transposed_convolution;
  parallel_for((ny + run - 1) / run, [&](std::int64_t r) {
    const int first = static_cast<int>(r) * run, count = (std::min)(run, ny - first);
    int rows[run];
    for (int i = 0, iy = first; i < count; ++i, ++iy)
      rows[i] = stored_index(y.extent, y.form, iy / pixels, iy % pixels);
    const auto over_inputs = [&](auto g) {
      if (x.extent.pixels() == 1) {  // stored in order: no search, which would take as long as a small layer's products
        for (int c = 0; c < nx; ++c) g(std::int64_t(c), c);
        return;
      }
      for (int c = 0, ix = 0; c < x.extent.channels; ++c) {
        int at = stored_index(x.extent, x.form, c, 0);
        for (int p = 0; p < x.extent.pixels(); ++p, ++ix, at += x.form.block) g(std::int64_t(ix), at);
      }
    };
    if (transposed)
      over_inputs([&](std::int64_t ix, int at) {
        for (int i = 0; i < count; ++i) f(ix * ny + first + i, rows[i], at);
      });
    else
      for (int i = 0; i < count; ++i)
        over_inputs([&](std::int64_t ix, int at) { f(std::int64_t(first + i) * nx + ix, rows[i], at); });
  });
}

}  // namespace hepgan::onednn
