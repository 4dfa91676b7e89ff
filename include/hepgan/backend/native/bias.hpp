// y = x + b per channel or element, in place where the plan says so.
#pragma once
#include <hepgan/backend/native/window.hpp>

namespace hepgan::native {
namespace detail {

/// f(element, number of its bias) over one event, padding left out.
template <class F>
void over_biases(const op& o, std::int64_t n, F f) {
  const shape s = o.y.extent;
  for (int c = 0; c < s.channels; ++c)
    for (int p = 0; p < s.pixels(); ++p) f(element(o.y, n, c, p), o.bias_per_pixel ? c * s.pixels() + p : c);
}

}  // namespace detail

template <class Arch, class Real>
constexpr kernel_functions<Real> bias_kernel() {
  return {.forward =
              [](const job<Real>& j) {
                if (j.x != j.y) std::copy_n(j.x, std::int64_t(j.batch) * j.what->y.stored(), j.y);
                parallel_for(j.batch, [&](std::int64_t n) {
                  detail::over_biases(*j.what, n, [&](std::int64_t i, int b) { j.y[i] += j.weights[b]; });
                });
              },
          .backward =
              [](const job<Real>& j) {
                if (j.gradient)  // in one order, whatever the threads
                  for (int n = 0; n < j.batch; ++n)
                    detail::over_biases(*j.what, n, [&](std::int64_t i, int b) { j.gradient[b] += j.dy[i]; });
                if (j.dx && j.dx != j.dy) std::copy_n(j.dy, std::int64_t(j.batch) * j.what->y.stored(), j.dx);
              }};
}

}  // namespace hepgan::native
