// Convolutions that halve an image by windows 4×4 or 5×5, or keep its size by 3×3, and their adjoints, below the
// operations of direct convolution: in the transform domain of Toom–Cook F(4×4, 2×2) the first take 6.25 products for
// each pair of channels and pixel of the small side, instead of 16, in that of F(4×4, 3×3) the others 9 instead of 25
// and 2.25 instead of 9. Errors are three to four times those of direct convolution (tests/native/toom_cook.cpp).
// Images do not depend on the number of threads; weight gradients, which threads sum up apart, do in their last bits.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/toom_cook/chunk.hpp>

namespace hepgan::native {
namespace toom_cook {

/// How threads share a batch: each takes chunks of its own, or, where these would not keep all at work, all work at
/// one. What one writes then seldom has to come to another. The scratch: chunks, then, in training, gradients and every
/// thread's sums for these.
struct division {
  int slots, gradient_slots;
  std::int64_t gradients, sums;  ///< where these begin
  template <class T>
  division(const domain<T>& d, int batch, int threads) {
    const int chunks = d.chunks(batch), rounds = (chunks + threads - 1) / threads;
    slots = chunks >= threads && 4 * rounds * threads <= 5 * chunks ? threads : 1;
    gradient_slots = d.weights() <= d.chunk_numbers(batch) ? slots : 1;
    gradients = slots * d.chunk_numbers(batch);
    sums = gradients + (gradient_slots > 1 ? gradient_slots * d.weights() : 0);
  }
};
template <class T, class Real>
division division_of(const domain<T>& d, const job<Real>& j) {
  return {d, j.batch, j.threads};
}

/// f(slot, chunk) for the batch: where there is one slot, the loops inside are parallel.
template <class T, class Real, class F>
void over_chunks(const domain<T>& d, const job<Real>& j, int slots, F f) {
  parallel_for(slots, d.chunks(j.batch), [&](std::int64_t slot, std::int64_t i) {
    f(slot, chunk<Real>(d, j.batch, i, j.scratch + slot * d.chunk_numbers(j.batch)));
  });
}

/// From images of the large side to images of the small one.
template <class V, class T, class Real>
void gather(const domain<T>& d, const job<Real>& j, const Real* weights, const Real* large, Real* small) {
  over_chunks(d, j, division_of(d, j).slots, [&](std::int64_t, const chunk<Real>& c) {
    large_in<V>(d, c, large);
    multiply<V>(d, c.tiles, c.v, weights, c.m);
    small_out<V>(d, c, small);
  });
}
/// The adjoint.
template <class V, class T, class Real>
void scatter(const domain<T>& d, const job<Real>& j, const Real* weights, const Real* small, Real* large) {
  over_chunks(d, j, division_of(d, j).slots, [&](std::int64_t, const chunk<Real>& c) {
    small_in<V>(d, c, small);
    multiply<V>(d, c.tiles, c.m, weights, c.v);
    large_out<V>(d, c, large);
  });
}

/// Of the weights and, unless `back` is null, of the images that came in: while both sides are in the transform domain
/// the weights' is taken, then one is carried to the other. Slots sum up gradients of weights of their own, which are
/// then added in order.
template <class V, class T, class Real>
void gradients(const domain<T>& d, const job<Real>& j, const Real* large, const Real* small, Real* back) {
  const division by = division_of(d, j);
  const std::int64_t size = d.weights();
  const bool apart = by.gradient_slots > 1;
  Real *const own = j.scratch + by.gradients, *const sums = j.scratch + by.sums;
  if (apart) parallel_for(by.gradient_slots, [&](std::int64_t slot) { std::fill_n(own + slot * size, size, Real(0)); });
  over_chunks(d, j, by.gradient_slots, [&](std::int64_t slot, const chunk<Real>& c) {
    large_in<V>(d, c, large), small_in<V>(d, c, small);
    add_weight_gradient<V>(d, c, apart ? 1 : j.threads, sums + slot * weight_sum_numbers(d),
                           apart ? own + slot * size : j.gradient);
    if (!back) return;
    if (d.transposed)
      multiply<V>(d, c.tiles, c.v, j.packed, c.m), small_out<V>(d, c, back);
    else
      multiply<V>(d, c.tiles, c.m, j.packed, c.v), large_out<V>(d, c, back);
  });
  if (apart)
    parallel_for(d.small.channels, [&](std::int64_t s) {
      const std::int64_t row = size / d.small.channels;
      for (int slot = 0; slot < by.gradient_slots; ++slot)
        for (std::int64_t i = s * row; i < (s + 1) * row; ++i) j.gradient[i] += own[slot * size + i];
    });
}

template <class T, class Arch, class Real>
void forward(const job<Real>& j) {
  with_lanes<Arch, Real>(j.what->x.form.block, [&]<class V>(V v) {
    const domain<T> d(*j.what, v);
    if (d.transposed)
      scatter<V>(d, j, j.packed, j.x, j.y);
    else
      gather<V>(d, j, j.packed, j.x, j.y);
  });
}

template <class T, class Arch, class Real>
void backward(const job<Real>& j) {
  with_lanes<Arch, Real>(j.what->x.form.block, [&]<class V>(V v) {
    const domain<T> d(*j.what, v);
    if (j.gradient)
      gradients<V>(d, j, d.transposed ? j.dy : j.x, d.transposed ? j.x : j.dy, j.dx);
    else if (d.transposed)
      gather<V>(d, j, j.packed, j.dy, j.dx);
    else
      scatter<V>(d, j, j.packed, j.dy, j.dx);
  });
}

template <class T, class Arch, class Real>
void pack(const op& o, pass p, const Real* canonical, Real* packed) {
  with_lanes<Arch, Real>(o.x.form.block,
                         [&]<class V>(V v) { pack_weights<V>(domain<T>(o, v), to_small(o, p), canonical, packed); });
}

}  // namespace toom_cook

template <class T, class Arch, class Real>
constexpr kernel_functions<Real> toom_cook_kernel() {
  return {.forward = &toom_cook::forward<T, Arch, Real>,
          .backward = &toom_cook::backward<T, Arch, Real>,
          .pack = &toom_cook::pack<T, Arch, Real>,
          .scratch = [](const op& o, const workload& w) -> std::int64_t {
            const toom_cook::domain<T> d(o, width_for<Arch, Real>(o.x.form.block), Arch::cache / sizeof(Real),
                                         Arch::tiles);
            const toom_cook::division by(d, w.batch, w.threads);
            return w.training ? by.sums + w.threads * weight_sum_numbers(d) : by.gradients;
          },
          .describe = [](const void*) { return "toom_cook"; }};
}

}  // namespace hepgan::native
