// y = x + b per channel or element, in place where the plan says so.
#pragma once
#include <hepgan/backend/native/channel_sums.hpp>

namespace hepgan::native {
namespace detail {

/// The biases in the tensor's own layout, padding zero: one per padded channel, or one per stored element.
template <class Arch, class Real>
[[gnu::noinline]] void spread_biases(const job<Real>& j, const Real* canonical, Real* spread) {
  const tensor& t = j.what->y;
  const shape s = j.what->bias_per_pixel ? t.extent : shape(t.extent.channels);
  std::fill_n(spread, stored_size(s, t.form), Real(0));
  for (int c = 0; c < s.channels; ++c)
    for (int p = 0; p < s.pixels(); ++p) spread[stored_index(s, t.form, c, p)] = canonical[c * s.pixels() + p];
}

template <class Arch, class Real>
void element_gradients(const job<Real>& j) {
  const tensor& t = j.what->y;
  const int stored = t.stored(), pixels = t.extent.pixels();
  parallel_for(stored, [&](std::int64_t i) {
    double sum = 0;
    for (int n = 0; n < j.batch; ++n) sum += double(j.dy[std::int64_t(n) * stored + i]);
    j.scratch[i] = static_cast<Real>(sum);
  });
  for (int c = 0; c < t.extent.channels; ++c)
    for (int p = 0; p < pixels; ++p) j.gradient[c * pixels + p] += j.scratch[stored_index(t.extent, t.form, c, p)];
}

template <class Arch, class Real>
void channel_gradients(const job<Real>& j) {
  const channel_blocks b(j.what->y);
  const std::int64_t padded = b.padded();
  over_blocks<Arch, Real>(b, j.batch, [&]<class V>(V, std::int64_t i, int c, std::int64_t offset) {
    const Real* dy = j.dy + offset;
    Real* part = j.scratch + i / b.count * 2 * padded + c;
    V::store(part, sum_over<V>(b.pixels, [&](int p, auto s) { return s + V::load(dy + p * b.block); }));
    V::store(part + padded, V::all(0));
  });
  over_totals<Arch>(b, j.batch, j.scratch, [&](const totals& t) {
    for (int c = 0; c < t.count; ++c) j.gradient[t.begin + c] += static_cast<Real>(t.first[c]);
  });
}

}  // namespace detail

template <class Arch, class Real>
void bias_forward(const job<Real>& j) {
  const detail::channel_blocks b(j.what->y);
  detail::spread_biases<arch::current>(j, j.weights, j.scratch);
  const bool per_pixel = j.what->bias_per_pixel;
  detail::over_blocks<Arch, Real>(b, j.batch, [&]<class V>(V, std::int64_t i, int c, std::int64_t offset) {
    const Real *x = j.x + offset, *bias = j.scratch + (per_pixel ? offset - i / b.count * b.offset(b.count) : c);
    const int next = per_pixel ? b.block : 0;
    Real* y = j.y + offset;
    for (int e = 0; e < b.pixels * b.block; e += b.block, bias += next) V::store(y + e, V::load(x + e) + V::load(bias));
  });
}

template <class Arch, class Real>
void bias_backward(const job<Real>& j) {
  if (j.gradient && j.what->bias_per_pixel)
    detail::element_gradients<arch::current>(j);
  else if (j.gradient)
    detail::channel_gradients<Arch>(j);
  if (!j.dx || j.dx == j.dy) return;
  const std::int64_t stored = j.what->y.stored();
  parallel_for(j.batch, [&](std::int64_t n) { std::copy_n(j.dy + n * stored, stored, j.dx + n * stored); });
}

template <class Arch, class Real>
constexpr kernel_functions<Real> bias_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  return {.forward = &bias_forward<Cpu, Real>,
          .backward = &bias_backward<Cpu, Real>,
          .scratch = [](const op& o, const workload& w) -> std::int64_t {
            const std::int64_t padded = padded_channels(o.y.extent, o.y.form);
            return o.bias_per_pixel ? o.y.stored() : 2 * std::int64_t(w.batch) * padded;
          }};
}

}  // namespace hepgan::native
