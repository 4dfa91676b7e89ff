// Convolutions from and to one channel or few: the critic's first layer and the generator's last, which oneDNN runs at
// a tenth of the machine or not at all. Each event is one thread's, but for rows of few events; sums over events have
// one order.
#pragma once
#include <hepgan/backend/native/plane_event.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {
namespace detail {

/// Whether the stacks of a batch are so large that none of them is still in a cache when the next layer reads it.
template <class Real, int Block>
bool is_read_later(const plane_layer<Block>& k, int batch, const Real* stacks) {
  return std::int64_t(batch) * k.stack_size() > arch::usual::last_cache / std::int64_t(sizeof(Real)) &&
         reinterpret_cast<std::uintptr_t>(stacks) % 64 == 0;
}

/// f(lanes, side, event, part) for every part of the events of the batch, a thread each.
template <class Arch, plane_side Known, class Real, class F, int Block>
void over_events(const plane_layer<Block>& k, int batch, int parts, F f) {
  with_lanes<Arch, Real>(k.block, [&]<class V>(V v) {
    with_side<Known>(k.side(), [&](auto side) {
      parallel_for(std::int64_t(batch) * parts, [&](std::int64_t i) {
        f(v, side, i / parts, event_part{static_cast<int>(i % parts), parts});
      });
    });
  });
}

/// Adds the events' sums, in order, to the canonical gradient [channel][tap].
template <class Arch, class Real, int Block>
void add_weight_sums(const plane_layer<Block>& k, int batch, const Real* sums, Real* gradient) {
  parallel_for(k.planes * k.taps, [&](std::int64_t of_plane) {
    constexpr int run = 16;
    const std::int64_t tap = of_plane % k.taps;
    Real* const to = gradient + of_plane / k.taps * k.canonical_plane() + tap;
    for (int c = 0; c < k.stack.channels; c += run) {
      double total[run]{};
      const int n = (std::min)(run, k.stack.channels - c);
      for (int e = 0; e < batch; ++e)
        for (int i = 0; i < n; ++i)
          total[i] += double(sums[e * std::int64_t(k.sums()) + of_plane * k.channels + c + i]);
      for (int i = 0; i < n; ++i) to[k.canonical(c + i)] += static_cast<Real>(total[i]);
    }
  });
}

}  // namespace detail

template <class Arch, plane_side Known, class Real>
void one_channel_forward(const job<Real>& j) {
  const detail::plane_layer<Arch::block> k(*j.what);
  const bool to_stack = k.wide == to_small(*j.what, pass::forward);
  const int parts = to_stack ? 1 : detail::parts_of_planes<Real>(k, j.batch, j.threads);
  detail::over_events<Arch, Known, Real>(
      k, j.batch, parts, [&]<class V, class Side>(V, Side, std::int64_t n, detail::event_part part) {
        detail::event_room<Real> own;
        Real* room = own.at(k, j, n);
        if (to_stack)
          detail::stack_from_plane<V, Side::value>(k, j.packed, j.x + n * k.plane.size(), room,
                                                   j.y + n * k.stack_size(), is_read_later(k, j.batch, j.y));
        else
          detail::planes_from_stack<V, Side::value>(k, j.packed, j.x + n * k.stack_size(), room,
                                                    j.y + n * k.plane.size(), part);
      });
}

template <class Arch, plane_side Known, class Real>
void one_channel_backward(const job<Real>& j) {
  const detail::plane_layer<Arch::block> k(*j.what);
  const bool to_stack = k.wide == to_small(*j.what, pass::forward);
  Real* sums = j.scratch + j.batch * detail::event_room<Real>::in_scratch(k);
  const Real *planes = to_stack ? j.x : j.dy, *stacks = to_stack ? j.dy : j.x;
  detail::over_events<Arch, Known, Real>(k, j.batch, 1, [&]<class V, class Side>(V, Side, std::int64_t n, auto) {
    detail::event_room<Real> own;
    Real* room = own.at(k, j, n);
    const Real *plane = planes + n * k.plane.size(), *stack = stacks + n * k.stack_size();
    if (j.gradient) detail::weight_sums<V, Side::value>(k, plane, stack, room, sums + n * k.sums());
    if (!j.dx) return;
    if (to_stack)
      detail::planes_from_stack<V, Side::value>(k, j.packed, stack, room, j.dx + n * k.plane.size());
    else
      detail::stack_from_plane<V, Side::value>(k, j.packed, plane, room, j.dx + n * k.stack_size(),
                                               is_read_later(k, j.batch, j.dx));
  });
  if (j.gradient) detail::add_weight_sums<Arch>(k, j.batch, sums, j.gradient);
}

/// For each plane [channel][padded taps] where taps are scattered, [tap][channels] for all else; zero where there is no
/// channel or tap.
template <class Arch, class Real>
void one_channel_pack(const op& o, pass p, const Real* canonical, Real* packed) {
  const detail::plane_layer<Arch::block> k(o);
  const bool to_stack = k.wide == to_small(o, p);
  const bool by_channel = !to_stack && k.has_frame();
  std::fill_n(packed, k.planes * k.packed(), Real(0));
  for (int p = 0; p < k.planes; ++p, packed += k.packed(), canonical += k.canonical_plane())
    for (int c = 0; c < k.stack.channels; ++c)
      for (int tap = 0; tap < k.taps; ++tap) {
        const int to = detail::tap_position(k, tap / k.geo.kernel[1], tap % k.geo.kernel[1]);
        packed[by_channel ? c * k.taps_padded + to : tap * k.channels + c] = canonical[k.canonical(c) + tap];
      }
}

constexpr plane_side plane_side_of(const op& o) { return detail::plane_layer<0>(o).side(); }

/// With a side that is known, only that side's loops are compiled.
template <class Arch, class Real, plane_side Known = plane_side::any>
constexpr kernel_functions<Real> one_channel_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  return {.forward = &one_channel_forward<Cpu, Known, Real>,
          .backward = &one_channel_backward<Cpu, Known, Real>,
          .pack = &one_channel_pack<Cpu, Real>,
          .scratch = [](const op& o, const workload& w) -> std::int64_t {
            const detail::plane_layer<Arch::block> k(o);
            return w.batch * (detail::event_room<Real>::in_scratch(k) + (w.training ? k.sums() : 0));
          },
          .describe = [](const kernel_resource*) { return "one_channel"; }};
}

}  // namespace hepgan::native
