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

/// How threads share a batch: each takes groups of chunks of its own, where that leaves a slower one fewer, or all work
/// at one chunk. There is a chunk of scratch for each slot.
struct division {
  int groups, slots;
  division(int groups, int threads) : groups(groups), slots(1) {
    constexpr int many_threads = 8;  // at one chunk they would wait for each other
    const int rounds = (groups + threads - 1) / threads, fewest_rounds = threads > many_threads ? 1 : 4;
    const bool mostly_busy = 4 * rounds * threads <= 5 * groups;
    if (groups >= fewest_rounds * threads && mostly_busy) slots = threads;
  }
};
/// Where images alone are wanted, each chunk is a group.
inline division of_images(const domain& d, int batch, int threads) { return {d.chunks(batch), threads}; }

/// Weights' gradients are summed up in groups that do not depend on the number of threads, so nor does what they come
/// to: so large that a group's gradient is little beside its chunks. Behind the chunks, scratch holds groups' gradients
/// and every thread's sums for these.
struct division_of_gradient : division {
  std::int64_t size;             ///< numbers from group to group
  std::int64_t gradients, sums;  ///< where these begin
  division_of_gradient(const domain& d, int batch, int threads)
      : division(groups_of(d, batch), threads),
        size(round_up(d.weights())),
        gradients(slots * d.chunk_numbers(batch)),
        sums(gradients + (apart() ? groups * size : 0)) {}
  bool apart() const { return groups > 1; }

 private:
  static int groups_of(const domain& d, int batch) {
    constexpr std::int64_t little = 8, few = 8;  // few are not worth it
    const std::int64_t chunks = d.chunks(batch), least = little * round_up(d.weights()) / d.chunk_numbers(batch) + 1;
    return chunks / least < few ? 1 : static_cast<int>(chunks / least);
  }
};

/// begin(group), then f(slot, group, chunk) for its chunks: where there is one slot, the loops inside are parallel.
template <class Real, class Begin, class F>
void over_chunks(const domain& d, const job<Real>& j, const division& by, Begin begin, F f) {
  const std::int64_t chunks = d.chunks(j.batch);
  parallel_for(by.slots, by.groups, [&](std::int64_t slot, std::int64_t group) {
    begin(group);
    for (std::int64_t i = group * chunks / by.groups; i < (group + 1) * chunks / by.groups; ++i)
      f(slot, group,
        chunk<Real>(d, j.batch, i, j.scratch + slot * d.chunk_numbers(j.batch), by.slots > 1 ? 1 : j.threads));
  });
}

/// Where no gradient of weights is summed; but all threads at one small chunk would wait for each other more often.
template <class Arch, class Real>
domain passing(const domain& d, int batch, int threads) {
  const domain small = d.passing(Arch::passing_tiles(), Arch::last_cache / sizeof(Real));
  return of_images(small, batch, threads).slots == threads ? small : d;
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
  const auto nothing = [](std::int64_t) {};
  over_chunks(d, j, of_images(d, j.batch, j.threads), nothing, [&](std::int64_t, std::int64_t, const chunk<Real>& c) {
    over_vectors<V>(d, c, to_small ? c.v : c.m, from, (to_small ? t.large : t.small).in);
    cross<V>(d, t, c, to_small, j.packed, to, j.then);
  });
}

/// Of the weights and, unless `back` is null, of the images that came in: while both sides are in the transform domain
/// the weights' is taken, then one is carried to the other. Groups' gradients are then added in order.
template <class V, class Real>
void gradients(const domain& d, const transform_functions<Real>& t, const job<Real>& j, const Real* large,
               const Real* small, Real* back) {
  const division_of_gradient by(d, j.batch, j.threads);
  Real *const own = j.scratch + by.gradients, *const sums = j.scratch + by.sums;
  const auto gradient = [&](std::int64_t group) { return by.apart() ? own + group * by.size : j.gradient; };
  const auto begin = [&](std::int64_t group) {
    if (by.apart()) std::fill_n(gradient(group), by.size, Real(0));
  };
  over_chunks(d, j, by, begin, [&](std::int64_t slot, std::int64_t group, const chunk<Real>& c) {
    over_vectors<V>(d, c, c.v, large, t.large.in), over_vectors<V>(d, c, c.m, small, t.small.in);
    add_weight_gradient<V>(d, t, c, sums + slot * weight_sum_numbers(d), gradient(group));
    if (back) cross<V>(d, t, c, d.transposed, j.packed, back, j.then);
  });
  if (by.apart())
    parallel_for(d.small_channels, [&](std::int64_t s) {
      const std::int64_t row = d.weights_of_row();
      for (int group = 0; group < by.groups; ++group)
        for (std::int64_t i = s * row; i < (s + 1) * row; ++i) j.gradient[i] += gradient(group)[i];
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
  if (!w.training) return of_images(d, w.batch, w.threads).slots * d.chunk_numbers(w.batch);
  return division_of_gradient(d, w.batch, w.threads).sums + w.threads * weight_sum_numbers(d);
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
