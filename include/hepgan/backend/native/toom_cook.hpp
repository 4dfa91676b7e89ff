// Convolutions that halve an image by windows 4×4 or 5×5, or keep its size by 3×3, and their adjoints, below the
// operations of direct convolution: in the transform domain of Toom–Cook F(4×4, 2×2) the first take 6.25 products for
// each pair of channels and pixel of the small side, instead of 16, in that of F(4×4, 3×3) the others 9 instead of 25
// and 2.25 instead of 9. Errors are three to four times those of direct convolution (tests/native/toom_cook.cpp). In
// that of F(2×2, 2×2) windows 4×4 take 9 products, with fewer transformed weights and no more error. Nothing
// depends on the number of threads.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/bf16.hpp>
#include <hepgan/backend/native/toom_cook/chunk.hpp>

namespace hepgan::native {
namespace toom_cook {

/// How threads share a batch: each takes chunks of its own, where that leaves a slower one fewer, or all work at one.
/// Weights' gradients are summed up in groups of chunks that do not depend on the number of threads, so nor does what
/// they come to: so large that a group's gradient is little beside its chunks. The scratch: a chunk for each slot,
/// then, in training, groups' gradients and every thread's sums for these.
struct division {
  int slots, groups;
  std::int64_t gradient;         ///< numbers from group to group
  std::int64_t gradients, sums;  ///< where these begin
  division(const domain& d, int batch, int threads, bool of_weights) {
    const int chunks = d.chunks(batch);
    gradient = round_up(d.weights());
    groups = of_weights ? chunks / static_cast<int>(8 * gradient / d.chunk_numbers(batch) + 1) : chunks;
    if (of_weights && groups < 8) groups = 1;
    // many threads at one chunk would wait for each other
    const int rounds = (groups + threads - 1) / threads, fewest_rounds = threads > 8 ? 1 : 4;
    slots = groups >= fewest_rounds * threads && 4 * rounds * threads <= 5 * groups ? threads : 1;
    gradients = slots * d.chunk_numbers(batch);
    sums = gradients + (groups > 1 ? groups * gradient : 0);
  }
};
/// f(slot, group, chunk) for the batch: where there is one slot, the loops inside are parallel.
template <class Real, class F>
void over_chunks(const domain& d, const job<Real>& j, const division& by, F f) {
  const int chunks = d.chunks(j.batch);
  parallel_for(by.slots, by.groups, [&](std::int64_t slot, std::int64_t group) {
    for (std::int64_t i = group * chunks / by.groups; i < (group + 1) * chunks / by.groups; ++i)
      f(slot, group,
        chunk<Real>(d, j.batch, i, j.scratch + slot * d.chunk_numbers(j.batch), by.slots > 1 ? 1 : j.threads));
  });
}

/// Where no gradient of weights is summed; but all threads at one small chunk would wait for each other more often.
template <class Arch, class Real>
domain passing(const domain& d, int batch, int threads) {
  const domain small = d.passing(Arch::passing_tiles(), Arch::last_cache / sizeof(Real));
  return division(small, batch, threads, false).slots == threads ? small : d;
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
  over_chunks(d, j, division(d, j.batch, j.threads, false), [&](std::int64_t, std::int64_t, const chunk<Real>& c) {
    over_vectors<V>(d, c, to_small ? c.v : c.m, from, (to_small ? t.large : t.small).in);
    cross<V>(d, t, c, to_small, j.packed, to, j.then);
  });
}

/// Of the weights and, unless `back` is null, of the images that came in: while both sides are in the transform domain
/// the weights' is taken, then one is carried to the other. Groups' gradients are then added in order.
template <class V, class Real>
void gradients(const domain& d, const transform_functions<Real>& t, const job<Real>& j, const Real* large,
               const Real* small, Real* back) {
  const division by(d, j.batch, j.threads, true);
  const std::int64_t size = by.gradient;
  const bool apart = by.groups > 1;
  Real *const own = j.scratch + by.gradients, *const sums = j.scratch + by.sums;
  if (apart) parallel_for(by.groups, [&](std::int64_t group) { std::fill_n(own + group * size, size, Real(0)); });
  over_chunks(d, j, by, [&](std::int64_t slot, std::int64_t group, const chunk<Real>& c) {
    over_vectors<V>(d, c, c.v, large, t.large.in), over_vectors<V>(d, c, c.m, small, t.small.in);
    add_weight_gradient<V>(d, t, c, sums + slot * weight_sum_numbers(d), apart ? own + group * size : j.gradient);
    if (back) cross<V>(d, t, c, d.transposed, j.packed, back, j.then);
  });
  if (apart)
    parallel_for(d.small_channels, [&](std::int64_t s) {
      const std::int64_t row = d.weights_of_row();
      for (int group = 0; group < by.groups; ++group)
        for (std::int64_t i = s * row; i < (s + 1) * row; ++i) j.gradient[i] += own[group * size + i];
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
  const division by(d, w.batch, w.threads, w.training);
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
