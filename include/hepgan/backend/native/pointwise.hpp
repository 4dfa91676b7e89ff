// Pointwise layers and dropout over a whole batch, in place where the plan says so.
#pragma once
#include <cmath>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/elements.hpp>
#include <hepgan/backend/native/over_numbers.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>

namespace hepgan::native {
namespace detail {

/// to = from · survivor, survivor being 0 or 1/(1 − rate): a pure function of (seed, event, channel, pixel), whatever
/// the layout. One block of four words serves four neighbours.
template <class Arch, class Real>
void drop_out(const job<Real>& j, const Real* from, Real* to) {
  const tensor& t = j.what->y;
  const int pixels = t.extent.pixels(), block = t.form.block;
  const std::int64_t stride = (t.extent.size() + 3) / 4 * 4;
  const double rate = j.scalars[0];
  const double limit = std::ceil(rate * 0x1p32 - 0.5);  // words below it are uniform numbers below the rate
  const Real survivor[2] = {0, Real(1) / (1 - j.scalars[0])};
  const random_stream stream(j.seed, purpose::dropout, static_cast<std::uint32_t>(j.what->leaf));
  parallel_for(j.batch, [&](std::int64_t n) {
    const std::uint64_t first = (j.event + n) * stride;
    std::array<std::uint32_t, 4> words{};
    std::uint64_t i = first;
    for (int c = 0; c < t.extent.channels; ++c) {
      std::int64_t at = n * t.stored() + stored_index(t.extent, t.form, c, 0);
      for (int p = 0; p < pixels; ++p, ++i, at += block) {
        if (i % 4 == 0) words = stream.words(i / 4);
        to[at] = from[at] * survivor[words[i % 4] >= limit];  // no branch: it would be a coin's
      }
    }
    for (int c = t.extent.channels; c < padded_channels(t.extent, t.form); ++c)
      for (int p = 0; p < pixels; ++p) to[n * t.stored() + stored_index(t.extent, t.form, c, p)] = 0;
  });
}

template <class Arch, class Real>
void copy_numbers(const Real* from, Real* to, std::int64_t n) {
  if (from != to) over_numbers<Arch, Real>(n, [&]<class V>(V, std::int64_t i) { V::store(to + i, V::load(from + i)); });
}

}  // namespace detail

template <class Arch, class L, class Real>
void pointwise_forward(const job<Real>& j) {
  over_numbers<Arch, Real>(std::int64_t(j.batch) * j.what->y.stored(), [&]<class V>(V, std::int64_t i) {
    V::store(j.y + i, elements<L, V>::value(V::load(j.x + i), j.scalars));
  });
}

template <class Arch, class L, class Real>
void pointwise_backward(const job<Real>& j) {
  if (!j.dx) return;
  over_numbers<Arch, Real>(std::int64_t(j.batch) * j.what->y.stored(), [&]<class V>(V, std::int64_t i) {
    const auto dy = V::load(j.dy + i);
    if constexpr (has_function<functions::slope_of_output, L, Real>)
      V::store(j.dx + i, dy * elements<L, V>::slope_of_output(V::load(j.y + i), j.scalars));
    else
      V::store(j.dx + i, dy * elements<L, V>::slope(V::load(j.x + i), j.scalars));
  });
}

template <class Arch, class L, class Real>
void pointwise_curve(const job<Real>& j) {
  over_numbers<Arch, Real>(std::int64_t(j.batch) * j.what->y.stored(), [&]<class V>(V, std::int64_t i) {
    V::store(j.y + i, elements<L, V>::curvature(V::load(j.x + i), j.scalars) * V::load(j.x2 + i) * V::load(j.dy + i));
  });
}

template <class Arch, class L, class Real>
void dropout_forward(const job<Real>& j) {
  if (j.training)
    detail::drop_out<Arch>(j, j.x, j.y);
  else
    detail::copy_numbers<Arch>(j.x, j.y, std::int64_t(j.batch) * j.what->y.stored());
}

template <class Arch, class L, class Real>
void dropout_backward(const job<Real>& j) {
  if (!j.dx) return;
  if (j.training)
    detail::drop_out<Arch>(j, j.dy, j.dx);
  else
    detail::copy_numbers<Arch>(j.dy, j.dx, std::int64_t(j.batch) * j.what->y.stored());
}

template <class Arch, class L, class Real>
constexpr kernel_functions<Real> pointwise_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  if constexpr (draws_random_numbers<L>)
    return {.forward = &dropout_forward<Cpu, L, Real>,
            .backward = &dropout_backward<Cpu, L, Real>,
            .tangent = &dropout_backward<Cpu, L, Real>};
  else if constexpr (has_function<functions::curvature, L, Real>)
    return {.forward = &pointwise_forward<Cpu, L, Real>,
            .backward = &pointwise_backward<Cpu, L, Real>,
            .tangent = &pointwise_backward<Cpu, L, Real>,
            .curve = &pointwise_curve<Cpu, L, Real>};
  else
    return {.forward = &pointwise_forward<Cpu, L, Real>,
            .backward = &pointwise_backward<Cpu, L, Real>,
            .tangent = &pointwise_backward<Cpu, L, Real>};
}

}  // namespace hepgan::native
