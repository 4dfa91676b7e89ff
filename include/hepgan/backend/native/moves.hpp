// Kernels that only move numbers, in any layouts: reorders and joins of branches.
#pragma once
#include <algorithm>
#include <hepgan/arch/arch.hpp>
#include <hepgan/backend/native/pointwise.hpp>

namespace hepgan::native {
namespace detail {

/// Channels [cx, cx + count) of x become channels [cy, cy + count) of y; where that ends y, its padding becomes zero.
template <class Arch, class Real>
void copy_channels(const tensor& from, const tensor& to, const Real* x, Real* y, int batch, int cx, int cy, int count) {
  const int pixels = to.extent.pixels();
  const bool last = cy + count == to.extent.channels;
  const bool aligned = from.form == to.form && cx % to.form.block == 0 && cy % to.form.block == 0;
  const int whole = aligned ? count / to.form.block * to.form.block : 0;
  parallel_for(batch, [&](std::int64_t n) {
    const Real* source = x + n * from.stored();
    Real* target = y + n * to.stored();
    const auto read = [&](int c) { return source + stored_index(from.extent, from.form, c, 0); };
    const auto write = [&](int c) { return target + stored_index(to.extent, to.form, c, 0); };
    if (whole) std::copy_n(read(cx), std::int64_t(whole) * pixels, write(cy));
    for (int c = whole; c < count; ++c) {  // tiles of 16 channels × 64 pixels were half as fast
      const Real* r = read(cx + c);
      Real* w = write(cy + c);
      for (int p = 0; p < pixels; ++p) w[p * to.form.block] = r[p * from.form.block];
    }
    if (last)
      for (int c = cy + count; c < padded_channels(to.extent, to.form); ++c)
        for (int p = 0; p < pixels; ++p) write(c)[p * to.form.block] = 0;
  });
}

/// y += x, in different layouts.
template <class Arch, class Real>
void add(const tensor& from, const tensor& to, const Real* x, Real* y, int batch) {
  const int pixels = to.extent.pixels();
  parallel_for(batch, [&](std::int64_t n) {
    for (int c = 0; c < to.extent.channels; ++c)
      for (int p = 0; p < pixels; ++p)
        y[n * to.stored() + stored_index(to.extent, to.form, c, p)] +=
            x[n * from.stored() + stored_index(from.extent, from.form, c, p)];
  });
}

}  // namespace detail

/// y = x in another layout of the same extent, padding zero. Where one has more channels, those that both have.
template <class Arch, class Real>
void reorder(const tensor& from, const tensor& to, const Real* x, Real* y, int batch) {
  detail::copy_channels<Arch>(from, to, x, y, batch, 0, 0, (std::min)(from.extent.channels, to.extent.channels));
}

template <class Arch, class Real>
void join_sum_forward(const job<Real>& j) {
  const op& o = *j.what;
  if (o.x.form == o.y.form && o.x2.form == o.y.form)
    return over_numbers<Arch, Real>(std::int64_t(j.batch) * o.y.stored(), [&]<class V>(V, std::int64_t i) {
      V::store(j.y + i, V::load(j.x + i) + V::load(j.x2 + i));
    });
  reorder<Arch>(o.x, o.y, j.x, j.y, j.batch);
  detail::add<Arch>(o.x2, o.y, j.x2, j.y, j.batch);
}

template <class Arch, class Real>
void join_sum_backward(const job<Real>& j) {
  const op& o = *j.what;
  if (j.dx && j.dx != j.dy) reorder<Arch>(o.y, o.x, j.dy, j.dx, j.batch);
  if (j.dx2 && j.dx2 != j.dy) reorder<Arch>(o.y, o.x2, j.dy, j.dx2, j.batch);
}

template <class Arch, class Real>
void join_concat_forward(const job<Real>& j) {
  const op& o = *j.what;
  const int first = o.x.extent.channels, second = o.x2.extent.channels;
  detail::copy_channels<Arch>(o.x, o.y, j.x, j.y, j.batch, 0, 0, first);
  detail::copy_channels<Arch>(o.x2, o.y, j.x2, j.y, j.batch, 0, first, second);
}

template <class Arch, class Real>
void join_concat_backward(const job<Real>& j) {
  const op& o = *j.what;
  const int first = o.x.extent.channels, second = o.x2.extent.channels;
  if (j.dx) detail::copy_channels<Arch>(o.y, o.x, j.dy, j.dx, j.batch, 0, 0, first);
  if (j.dx2) detail::copy_channels<Arch>(o.y, o.x2, j.dy, j.dx2, j.batch, first, 0, second);
}

template <class Real, class Arch = arch::current>
constexpr kernel_functions<Real> reorder_kernel() {
  return {.forward = [](const job<Real>& j) { reorder<Arch>(j.what->x, j.what->y, j.x, j.y, j.batch); },
          .backward =
              [](const job<Real>& j) {
                if (j.dx) reorder<Arch>(j.what->y, j.what->x, j.dy, j.dx, j.batch);
              }};
}

template <class Real, class Arch = arch::current>
constexpr kernel_functions<Real> join_sum_kernel() {
  return {.forward = &join_sum_forward<Arch, Real>, .backward = &join_sum_backward<Arch, Real>};
}

template <class Real, class Arch = arch::current>
constexpr kernel_functions<Real> join_concat_kernel() {
  return {.forward = &join_concat_forward<Arch, Real>, .backward = &join_concat_backward<Arch, Real>};
}

}  // namespace hepgan::native
