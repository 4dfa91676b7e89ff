// Convolutions that halve an image by windows 4×4 or 5×5, or keep its size by 3×3, and their adjoints, below the
// operations of direct convolution: in the transform domain of Toom–Cook F(4×4, 2×2) the first take 6.25 products for
// each pair of channels and pixel of the small side, instead of 16, in that of F(4×4, 3×3) the others 9 instead of 25
// and 2.25 instead of 9. Errors are three to four times those of direct convolution (tests/native/toom_cook.cpp). In
// that of F(2×2, 2×2) windows 4×4 take 9 products, with fewer transformed weights and no more error. Images do not
// depend on the number of threads; weight gradients, which threads sum up apart, do in their last bits.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/bf16.hpp>
#include <hepgan/backend/native/toom_cook/chunk.hpp>

namespace hepgan::native {
namespace toom_cook {

/// How threads share a batch: each takes chunks of its own, or, where these would not keep all at work, all work at
/// one. What one writes then seldom has to come to another. The scratch: chunks, then, in training, gradients and every
/// thread's sums for these.
struct division {
  int slots, gradient_slots;
  std::int64_t gradient;         ///< numbers from slot to slot
  std::int64_t gradients, sums;  ///< where these begin
  division(const domain& d, int batch, int threads) {
    const int chunks = d.chunks(batch), rounds = (chunks + threads - 1) / threads;
    slots = chunks >= threads && 4 * rounds * threads <= 5 * chunks ? threads : 1;
    gradient_slots = d.weights() <= d.chunk_numbers(batch) ? slots : 1;
    gradient = round_up(d.weights()), gradients = slots * d.chunk_numbers(batch);
    sums = gradients + (gradient_slots > 1 ? gradient_slots * gradient : 0);
  }
};
/// f(slot, chunk) for the batch: where there is one slot, the loops inside are parallel.
template <class Real, class F>
void over_chunks(const domain& d, const job<Real>& j, int slots, F f) {
  parallel_for(slots, d.chunks(j.batch), [&](std::int64_t slot, std::int64_t i) {
    f(slot, chunk<Real>(d, j.batch, i, j.scratch + slot * d.chunk_numbers(j.batch), slots > 1 ? 1 : j.threads));
  });
}

/// Where no gradient of weights is summed; but all threads at one small chunk would wait for each other more often.
template <class Arch, class Real>
domain passing(const domain& d, int batch, int threads) {
  const domain small = d.passing(Arch::passing_tiles(), Arch::last_cache / sizeof(Real));
  return division(small, batch, threads).slots == threads ? small : d;
}

/// A chunk that has come in at one side goes out at the other.
template <class V, class Real>
void cross(const domain& d, const transform_functions<Real>& t, const chunk<Real>& c, bool to_small,
           const Real* weights, Real* images, follow_up<Real> then = {}) {
  const auto &from = to_small ? c.v : c.m, &to = to_small ? c.m : c.v;
  multiply<V>(d, c, from, weights, to);
  over_vectors<typename V::floats>(d, c, to, images, (to_small ? t.small : t.large).out, then);
}

/// From images of one side to images of the other.
template <class V, class Real>
void run(const domain& d, const transform_functions<Real>& t, const job<Real>& j, bool to_small, const Real* from,
         Real* to) {
  over_chunks(d, j, division(d, j.batch, j.threads).slots, [&](std::int64_t, const chunk<Real>& c) {
    over_vectors<V>(d, c, to_small ? c.v : c.m, from, (to_small ? t.large : t.small).in);
    cross<V>(d, t, c, to_small, j.packed, to, j.then);
  });
}

/// Of the weights and, unless `back` is null, of the images that came in: while both sides are in the transform domain
/// the weights' is taken, then one is carried to the other. Slots sum up gradients of weights of their own, which are
/// then added in order.
template <class V, class Real>
void gradients(const domain& d, const transform_functions<Real>& t, const job<Real>& j, const Real* large,
               const Real* small, Real* back) {
  const division by(d, j.batch, j.threads);
  const std::int64_t size = by.gradient;
  const bool apart = by.gradient_slots > 1;
  Real *const own = j.scratch + by.gradients, *const sums = j.scratch + by.sums;
  if (apart) parallel_for(by.gradient_slots, [&](std::int64_t slot) { std::fill_n(own + slot * size, size, Real(0)); });
  over_chunks(d, j, by.gradient_slots, [&](std::int64_t slot, const chunk<Real>& c) {
    over_vectors<V>(d, c, c.v, large, t.large.in), over_vectors<V>(d, c, c.m, small, t.small.in);
    add_weight_gradient<V>(d, t, c, sums + slot * weight_sum_numbers(d), apart ? own + slot * size : j.gradient);
    if (back) cross<V>(d, t, c, d.transposed, j.packed, back, j.then);
  });
  if (apart)
    parallel_for(d.small_channels, [&](std::int64_t s) {
      const std::int64_t row = d.weights_of_row();
      for (int slot = 0; slot < by.gradient_slots; ++slot)
        for (std::int64_t i = s * row; i < (s + 1) * row; ++i) j.gradient[i] += own[slot * size + i];
    });
}

/// Of the weights, the images or both, as the job wants.
template <class Arch, class V, class Real>
void run_back(const domain& d, const transform_functions<Real>& t, const job<Real>& j) {
  if (j.gradient)
    gradients<V>(d, t, j, d.transposed ? j.dy : j.x, d.transposed ? j.x : j.dy, j.dx);
  else if (j.dx)
    run<V>(passing<Arch, Real>(d, j.batch, j.threads), t, j, d.transposed, j.dy, j.dx);
}

[[gnu::noinline]] inline std::int64_t scratch_numbers(const domain& d, const workload& w) {
  const division by(d, w.batch, w.threads);
  return w.training ? by.sums + w.threads * weight_sum_numbers(d) : by.gradients;
}

template <class T, class Arch, precision Products, class Real>
void forward(const job<Real>& j) {
  with_factors<Arch, Products, Real>(j.what->x.form.block, [&]<class V>(V v) {
    const domain d(T::sizes, *j.what, Arch{}, v);
    run<V>(passing<Arch, Real>(d, j.batch, j.threads), functions_of<T, V, Real>, j, to_small(*j.what, pass::forward),
           j.x, j.y);
  });
}

template <class T, class Arch, precision Products, class Real>
void backward(const job<Real>& j) {
  with_factors<Arch, Products, Real>(j.what->x.form.block, [&]<class V>(V v) {
    run_back<Arch, V>(domain(T::sizes, *j.what, Arch{}, v), functions_of<T, V, Real>, j);
  });
}

template <class T, class Arch, precision Products, class Real>
void pack(const op& o, pass p, const Real* canonical, Real* packed) {
  with_factors<Arch, Products, Real>(o.x.form.block, [&]<class V>(V v) {
    pack_weights<V, T>(domain(T::sizes, o, Arch{}, v), to_small(o, p), canonical, packed);
  });
}

template <class T, class Arch, precision Products, class Real>
std::int64_t scratch(const op& o, const workload& w) {
  const domain d(T::sizes, o, width_for<Arch, Real>(o.x.form.block), Arch::cache / sizeof(Real), Arch::tiles,
                 factors_of_a_place(Products));
  const auto passes = scratch_numbers(passing<Arch, Real>(d, w.batch, w.threads), {w.batch, false, w.threads});
  return w.training ? (std::max)(passes, scratch_numbers(d, w)) : passes;
}

}  // namespace toom_cook

template <class T, class Arch, class Real, precision Products = precision::fp32>
constexpr kernel_functions<Real> toom_cook_kernel() {
  return {.forward = &toom_cook::forward<T, Arch, Products, Real>,
          .backward = &toom_cook::backward<T, Arch, Products, Real>,
          .pack = &toom_cook::pack<T, arch::compiled_for<Arch>, Products, Real>,
          .scratch = &toom_cook::scratch<T, Arch, Products, Real>,
          .describe =
              [](const kernel_resource*) {
                constexpr bool bf16 = Products == precision::bf16, f2 = T::outputs == 2;
                return f2 ? bf16 ? "toom_cook_f2_bf16" : "toom_cook_f2" : bf16 ? "toom_cook_bf16" : "toom_cook";
              },
          .finishes_blocks = true};
}

}  // namespace hepgan::native
