// Pixels repeated, and sums of windows, each the other's adjoint but for a factor: nearest neighbours up, averages
// down.
#pragma once
#include <algorithm>
#include <hepgan/backend/native/channel_sums.hpp>

namespace hepgan::native {
namespace detail {

/// The sides of such a layer; each of the small one's pixels has a window of the large one's.
struct resampled {
  const tensor &small, &large;
  int rows, columns;  ///< of a window
  bool up;
  explicit resampled(const op& o)
      : small(o.geo.map == map_kind::nearest_up ? o.x : o.y),
        large(o.geo.map == map_kind::nearest_up ? o.y : o.x),
        rows(o.geo.stride[0]),
        columns(o.geo.stride[1]),
        up(o.geo.map == map_kind::nearest_up) {}
  double scale() const { return up ? 1 : 1.0 / (rows * columns); }
};

/// f(lanes, a row of the small image, the first row of its windows) for every vector of channels.
template <class Arch, class Real, class F>
void over_window_rows(const resampled& r, int batch, F f) {
  const channel_blocks s(r.small), l(r.large);
  const int height = r.small.extent.height, width = r.small.extent.width;
  with_lanes<Arch, Real>(s.block, [&]<class V>(V) {
    parallel_for(std::int64_t(batch) * s.count * height, [&](std::int64_t i) {
      const std::int64_t of = i / height, row = i % height;
      for (int lane = 0; lane < s.block; lane += V::width)
        f(V{}, s.offset(of) + row * width * s.block + lane,
          l.offset(of) + row * r.rows * width * r.columns * s.block + lane);
    });
  });
}

/// large = scale · small, repeated.
template <class Arch, class Real>
void repeat_pixels(const resampled& r, int batch, Real scale, const Real* small, Real* large) {
  const int width = r.small.extent.width, block = r.small.form.block;
  over_window_rows<Arch, Real>(r, batch, [&]<class V>(V, std::int64_t from, std::int64_t to) {
    const auto by = V::all(scale);
    for (int i = 0; i < r.rows; ++i)
      for (int w = 0; w < width; ++w) {
        const auto value = by * V::load(small + from + w * block);
        for (int k = 0; k < r.columns; ++k, to += block) V::store(large + to, value);
      }
  });
}

/// small = scale · Σ of windows.
template <class Arch, class Real>
void sum_windows(const resampled& r, int batch, Real scale, const Real* large, Real* small) {
  const int width = r.small.extent.width, block = r.small.form.block;
  over_window_rows<Arch, Real>(r, batch, [&]<class V>(V, std::int64_t to, std::int64_t from) {
    for (int w = 0; w < width; ++w) {
      auto sum = V::all(0);
      for (int i = 0; i < r.rows; ++i)
        for (int k = 0; k < r.columns; ++k)
          sum = sum + V::load(large + from + std::int64_t((i * width + w) * r.columns + k) * block);
      V::store(small + to + w * block, V::all(scale) * sum);
    }
  });
}

}  // namespace detail

template <class Arch, class Real>
void resampling_forward(const job<Real>& j) {
  const detail::resampled r(*j.what);
  if (r.up)
    detail::repeat_pixels<Arch>(r, j.batch, Real(1), j.x, j.y);
  else
    detail::sum_windows<Arch>(r, j.batch, static_cast<Real>(r.scale()), j.x, j.y);
}

template <class Arch, class Real>
void resampling_backward(const job<Real>& j) {
  if (!j.dx) return;
  const detail::resampled r(*j.what);
  if (r.up)
    detail::sum_windows<Arch>(r, j.batch, Real(1), j.dy, j.dx);
  else
    detail::repeat_pixels<Arch>(r, j.batch, static_cast<Real>(r.scale()), j.dy, j.dx);
}

template <class Arch, class Real>
constexpr kernel_functions<Real> resampling_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  return {.forward = &resampling_forward<Cpu, Real>,
          .backward = &resampling_backward<Cpu, Real>,
          .describe = [](const kernel_resource*) { return "resampling"; }};
}

}  // namespace hepgan::native
