// Convolutions with kernel 4 and stride 2, and their adjoints, below the operations of direct convolution: products in
// the transform domain of Toom–Cook F(4×4, 2×2) are 6.25 per output and channel pair instead of 16. Errors are about
// three times those of direct convolution (tests/native/toom_cook.cpp). Images do not depend on the number of threads;
// weight gradients, which threads sum up apart, do in their last bits.
#pragma once
#include <hepgan/backend/native/toom_cook/chunk.hpp>

namespace hepgan::native {
namespace toom_cook {

/// Threads that work on chunks of their own, whose V and M then never leave their caches; 1: there are not enough
/// chunks, and all work at one. Fixed with the tape, which has scratch for so many.
struct resources {
  int slots;
  resources(const domain& d, int batch) : slots(d.chunks(batch) >= threads() ? threads() : 1) {}
};

/// f(chunk, slot) for the batch, in parallel where the slots say so.
template <class Real, class F>
void over_chunks(const domain& d, const job<Real>& j, F f) {
  const int count = d.chunks(j.batch), slots = static_cast<const resources*>(j.resource)->slots;
  const auto run = [&](std::int64_t slot) {
    for (std::int64_t i = slot * count / slots; i < (slot + 1) * count / slots; ++i)
      f(chunk<Real>(d, j.batch, static_cast<int>(i), j.scratch + slot * d.chunk_numbers(j.batch)), slot);
  };
  if (slots > 1)
    parallel_for(slots, run);
  else
    run(0);
}

/// From images of the large side to images of the small one.
template <class V, class Real>
void large_to_small(const domain& d, const job<Real>& j, const Real* from, Real* to) {
  over_chunks(d, j, [&](const chunk<Real>& c, std::int64_t) {
    large_in<V>(d, c, from);
    multiply<V>(d, c.tiles, c.v, d.v_plane(c.tiles), parities * d.large_vectors(), j.packed, c.m, d.m_plane(c.tiles),
                d.small_vectors());
    small_out<V>(d, c, to);
  });
}
/// The adjoint.
template <class V, class Real>
void small_to_large(const domain& d, const job<Real>& j, const Real* from, Real* to) {
  over_chunks(d, j, [&](const chunk<Real>& c, std::int64_t) {
    small_in<V>(d, c, from);
    multiply<V>(d, c.tiles, c.m, d.m_plane(c.tiles), d.small_vectors(), j.packed + products * d.weight_plane(), c.v,
                d.v_plane(c.tiles), parities * d.large_vectors());
    large_out<V>(d, c, to);
  });
}

/// Slots sum up gradients of their own, which are then added in order.
template <class V, class Real>
void weight_gradient(const domain& d, const job<Real>& j, const Real* large, const Real* small) {
  const int slots = static_cast<const resources*>(j.resource)->slots;
  const std::int64_t size = d.weights();
  Real* const own = j.scratch + slots * d.chunk_numbers(j.batch);
  if (slots > 1) parallel_for(slots, [&](std::int64_t slot) { std::fill_n(own + slot * size, size, Real(0)); });
  over_chunks(d, j, [&](const chunk<Real>& c, std::int64_t slot) {
    small_in<V>(d, c, small);
    add_weight_gradient<V>(d, c, large, slots > 1 ? own + slot * size : j.gradient);
  });
  if (slots > 1)
    parallel_for(d.small.channels, [&](std::int64_t s) {
      const std::int64_t row = size / d.small.channels;
      for (int slot = 0; slot < slots; ++slot)
        for (std::int64_t i = s * row; i < (s + 1) * row; ++i) j.gradient[i] += own[slot * size + i];
    });
}

template <class Arch, class Real>
void forward(const job<Real>& j) {
  with_lanes<Arch, Real>(j.what->x.form.block, [&]<class V>(V) {
    const domain d(*j.what, V::width);
    if (d.transposed)
      small_to_large<V>(d, j, j.x, j.y);
    else
      large_to_small<V>(d, j, j.x, j.y);
  });
}

template <class Arch, class Real>
void backward(const job<Real>& j) {
  with_lanes<Arch, Real>(j.what->x.form.block, [&]<class V>(V) {
    const domain d(*j.what, V::width);
    const Real *large = d.transposed ? j.dy : j.x, *small = d.transposed ? j.x : j.dy;
    if (j.gradient) weight_gradient<V>(d, j, large, small);
    if (!j.dx) return;
    if (d.transposed)
      large_to_small<V>(d, j, j.dy, j.dx);
    else
      small_to_large<V>(d, j, j.dy, j.dx);
  });
}

template <class Arch, class Real>
domain domain_of(const op& o) {
  return {o, width_for<Arch, Real>(o.x.form.block)};
}

}  // namespace toom_cook

template <class Arch, class Real>
constexpr kernel_functions<Real> toom_cook_kernel() {
  using namespace toom_cook;
  return {.forward = &forward<Arch, Real>,
          .backward = &backward<Arch, Real>,
          .pack =
              [](const op& o, const Real* canonical, Real* packed) {
                with_lanes<Arch, Real>(o.x.form.block,
                                       [&]<class V>(V) { toom_cook::pack<V>(domain(o, V::width), canonical, packed); });
              },
          .scratch = [](const op& o, int batch) -> std::int64_t {
            const domain d = domain_of<Arch, Real>(o);
            const int slots = resources(d, batch).slots;
            return slots * (d.chunk_numbers(batch) + (slots > 1 ? d.weights() : 0));
          },
          .make = [](const op& o, int batch, bool) -> std::shared_ptr<void> {
            return std::make_shared<resources>(domain_of<Arch, Real>(o), batch);
          },
          .describe = [](const void*) { return "toom_cook"; }};
}

}  // namespace hepgan::native
