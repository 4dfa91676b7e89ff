// One event of a layer from and to one channel or few: between its planes and its stack, by the loops for its side and
// sizes.
#pragma once
#include <hepgan/backend/native/gather.hpp>
#include <hepgan/backend/native/narrow_plane.hpp>
#include <hepgan/backend/native/pixel_pairs.hpp>
#include <hepgan/backend/native/pixels.hpp>
#include <hepgan/backend/native/scatter.hpp>
#include <hepgan/backend/native/tap_sums.hpp>
#include <hepgan/backend/native/turned_taps.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::detail {

/// An event's own numbers, which live in a core's caches, or in scratch where they are too many for that.
template <class Real>
struct event_room {
  static constexpr int most = 65536 / sizeof(Real);
  alignas(64) Real near[most];
  template <int Block>
  static constexpr std::int64_t numbers(const plane_layer<Block>& k) {
    if (!k.has_frame()) return 0;
    const int frames = takes_pixel_pairs<Real>(k) ? 2 * k.planes : k.planes;
    return (std::max<std::int64_t>)({frames * k.frame(), scatter_room(k), tap_rows(k).size(k)});
  }
  template <int Block>
  static constexpr std::int64_t in_scratch(const plane_layer<Block>& k) {
    return numbers(k) <= most ? 0 : numbers(k);
  }
  template <int Block>
  Real* at(const plane_layer<Block>& k, const job<Real>& j, std::int64_t n) {
    return in_scratch(k) ? j.scratch + n * in_scratch(k) : near;
  }
};

/// A stride that the compiler knows, with kernel 4; or 0.
template <plane_side Side>
inline constexpr int known_stride = Side == plane_side::four_by_two ? 2 : 0;

template <class V, plane_side Side, class Real, int Block>
void stack_from_plane(const plane_layer<Block>& k, const Real* weights, const Real* plane, Real* frame, Real* stack,
                      bool later) {
  if constexpr (Side == plane_side::same)
    return spread_pixels<V>(k, plane, weights, stack, later);
  else if constexpr (Side == plane_side::small) {
    std::fill_n(stack, k.stack_size(), Real(0));
    for (int p = 0; p < k.planes; ++p)
      narrow_adjoint<V>(k, plane + p * k.plane.pixels(), weights + p * k.packed(), stack);
  } else {
    if constexpr (may_take_pixel_pairs<V, Side>)
      if (takes_pixel_pairs<Real>(k)) {
        into_frames_with_differences<V>(k, plane, frame);
        return gather_pairs<V>(k, frame, weights, stack, later);
      }
    into_frames<typename V::arch>(k, plane, frame);
    gather<V, known_stride<Side>>(k, frame, weights, stack, later);
  }
}

/// A part of an event's rows, for a thread: all rows, unless there are fewer events than threads.
struct event_part {
  int number = 0, parts = 1;
  constexpr int of(int rows) const { return rows * number / parts; }
  constexpr event_part next() const { return {number + 1, parts}; }
};
/// Into how many of them an event's planes are divided, which have rooms of their own: on the stack alone.
template <class Real, int Block>
int parts_of_planes(const plane_layer<Block>& k, int batch, int threads) {
  const bool divides = k.side() == plane_side::four_by_two && !event_room<Real>::in_scratch(k);
  return divides && k.stack_size() > not_worth_threads ? std::clamp(threads / batch, 1, (std::max)(1, cell_rows(k) / 4))
                                                       : 1;
}

/// One of the planes.
template <class V, plane_side Side, class Real, int Block>
void plane_from_stack(const plane_layer<Block>& k, const Real* weights, const Real* stack, Real* room, Real* plane,
                      event_part part) {
  if constexpr (Side == plane_side::same)
    return sum_channels<V>(k, stack, weights, plane);
  else if constexpr (Side == plane_side::small)
    return narrow_forward<V>(k, stack, weights, plane);
  else if constexpr (Side == plane_side::four_by_two)
    scatter<typename V::arch>(k, stack, weights, room, plane, part.of(cell_rows(k)), part.next().of(cell_rows(k)));
  else
    add_turned<V>(k, stack, weights, room, plane);
}

template <class V, plane_side Side, class Real, int Block>
void planes_from_stack(const plane_layer<Block>& k, const Real* weights, const Real* stack, Real* room, Real* plane,
                       event_part part = {}) {
  for (int p = 0; p < k.planes; ++p)
    plane_from_stack<V, Side>(k, weights + p * k.packed(), stack, room, plane + p * k.plane.pixels(), part);
}

/// [plane][tap][channels].
template <class V, plane_side Side, class Real, int Block>
void weight_sums(const plane_layer<Block>& k, const Real* plane, const Real* stack, Real* frame, Real* dw) {
  if constexpr (may_take_pixel_pairs<V, Side>)
    if (takes_pixel_pairs<Real>(k)) {
      into_frames_with_differences<V>(k, plane, frame);
      for (int p = 0; p < k.planes; ++p, frame += k.frame(), dw += k.weights()) pair_sums<V>(k, frame, stack, dw);
      return;
    }
  if (k.has_frame()) into_frames<typename V::arch>(k, plane, frame);
  for (int p = 0; p < k.planes; ++p, plane += k.plane.pixels(), frame += k.frame(), dw += k.weights())
    if constexpr (Side == plane_side::same)
      sum_pixels<V>(k, plane, stack, dw);
    else if constexpr (Side == plane_side::small)
      narrow_tap_sums<V>(k, plane, stack, dw);
    else
      tap_sums<V, known_stride<Side>>(k, frame, stack, dw);
}

}  // namespace hepgan::native::detail
