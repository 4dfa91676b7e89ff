// Pointwise layers and dropout over a whole batch, in place where the plan says so.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/elements.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>

namespace hepgan::native {
namespace detail {

constexpr std::int64_t run_length = 16384;  // numbers that a thread takes at a time: an L1's worth of two streams

/// f(begin, end) over n numbers in runs, a thread each.
template <class F>
void over_runs(std::int64_t n, F f) {
  parallel_for((n + run_length - 1) / run_length,
               [&](std::int64_t r) { f(r * run_length, (std::min)(n, (r + 1) * run_length)); });
}

/// 0, or 1/(1 − rate) for elements that survive: a pure function of seed, event and (channel, pixel), in any layout.
template <class Real, class F>
void over_survivors(const job<Real>& j, F f) {
  const tensor& t = j.what->y;
  const Real rate = j.scalars[0], scale = 1 / (1 - rate);
  const random_stream stream(j.seed, purpose::dropout, static_cast<std::uint32_t>(j.what->leaf));
  const std::int64_t stride = (t.extent.size() + 3) / 4 * 4;
  parallel_for(j.batch, [&](std::int64_t n) {
    for (int c = 0; c < padded_channels(t.extent, t.form); ++c)
      for (int p = 0; p < t.extent.pixels(); ++p) {
        const bool real_channel = c < t.extent.channels;
        const std::uint64_t index = (j.event + n) * stride + std::uint64_t(c) * t.extent.pixels() + p;
        f(n * t.stored() + stored_index(t.extent, t.form, c, p),
          real_channel && stream.uniform(index) >= rate ? scale : Real(0));
      }
  });
}

}  // namespace detail

template <class Arch, class L, class Real>
void pointwise_forward(const job<Real>& j) {
  detail::over_runs(std::int64_t(j.batch) * j.what->y.stored(), [&](std::int64_t begin, std::int64_t end) {
    over<L, Real>(begin, end, [&](auto kind, std::int64_t i) {
      put(j.y + i, value_of<L>(fetch<decltype(kind)>(j.x + i), j.scalars));
    });
  });
}

template <class Arch, class L, class Real>
void pointwise_backward(const job<Real>& j) {
  if (!j.dx) return;
  const Real* x = from_output<L, Real, Real> ? j.y : j.x;  // x may be overwritten where the output is enough
  detail::over_runs(std::int64_t(j.batch) * j.what->y.stored(), [&](std::int64_t begin, std::int64_t end) {
    over<L, Real>(begin, end, [&](auto kind, std::int64_t i) {
      using T = decltype(kind);
      put(j.dx + i, fetch<T>(j.dy + i) * slope_at<L>(fetch<T>(x + i), fetch<T>(j.y + i), j.scalars));
    });
  });
}

template <class Arch, class L, class Real>
constexpr kernel_functions<Real> pointwise_kernel() {
  if constexpr (requires { L::random; })
    return {.forward =
                [](const job<Real>& j) {
                  if (j.training) detail::over_survivors(j, [&](std::int64_t i, Real s) { j.y[i] = j.x[i] * s; });
                  else if (j.y != j.x) std::copy_n(j.x, std::int64_t(j.batch) * j.what->y.stored(), j.y);
                },
            .backward =
                [](const job<Real>& j) {
                  if (!j.dx) return;
                  if (j.training) detail::over_survivors(j, [&](std::int64_t i, Real s) { j.dx[i] = j.dy[i] * s; });
                  else if (j.dx != j.dy) std::copy_n(j.dy, std::int64_t(j.batch) * j.what->y.stored(), j.dx);
                }};
  else return {.forward = &pointwise_forward<Arch, L, Real>, .backward = &pointwise_backward<Arch, L, Real>};
}

}  // namespace hepgan::native
