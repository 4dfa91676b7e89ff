// The deviation within groups of events, a thread for each group; formulas stand in the oracle's
// (reference/deviation.hpp).
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/backend/native/channel_sums.hpp>

namespace hepgan::native {
namespace detail {

/// One vector of numbers in each event of a group, `stored` apart.
template <class V>
struct across_events {
  using real = typename V::real;
  int count;
  std::int64_t stored;

  template <class F>
  auto mean(F f) const {
    auto s = V::all(0);
    for (int e = 0; e < count; ++e) s = f(e * stored, s);
    return s * V::all(real(1) / count);
  }
  auto centre(const real* x) const {
    return mean([&](std::int64_t i, auto s) { return s + V::load(x + i); });
  }
  auto deviation(const real* x, typename V::type centre, double epsilon) const {
    using std::sqrt;
    const auto square = mean([&](std::int64_t i, auto s) {
      const auto off = V::load(x + i) - centre;
      return V::fma(off, off, s);
    });
    return sqrt(square + V::all(static_cast<real>(epsilon)));
  }
};

/// A group's share of a batch.
struct deviating_group {
  std::int64_t first;  ///< number of its first event in the input
  int event, count;
};

/// f(lanes, group) for every group.
template <class Arch, class Layer, class Real, class F>
void over_deviating_groups(const job<Real>& j, F f) {
  const event_groups groups(j.batch, Layer::group);
  with_lanes<Arch, Real>(j.what->x.form.block, [&]<class V>(V) {
    parallel_for(groups.count, [&](std::int64_t i) {
      const int g = static_cast<int>(i), event = groups.first(g);
      f(V{}, deviating_group{std::int64_t(event) * j.what->x.stored(), event, groups.size(g)});
    });
  });
}

/// f(position in an event) for every vector, padding too.
template <class V, class F>
void over_vectors(const channel_blocks& b, F f) {
  for (int i = 0; i < b.padded() * b.pixels; i += V::width) f(i);
}

/// Σ f(position in an event) over all numbers of an event that are no padding, and its mean.
template <class V, class F>
typename V::real mean_over_numbers(const channel_blocks& b, F f) {
  auto whole = V::all(0);
  typename V::real rest = 0;
  for (int c = 0; c < b.channels; c += V::width) {
    const int first = c / b.block * b.pixels * b.block + c % b.block, lanes = b.channels - c;
    auto part = V::all(0);  // one chain: each f is long by itself
    for (int p = 0; p < b.pixels; ++p) part = part + f(first + p * b.block);
    if (lanes >= V::width) {
      whole = whole + part;
      continue;
    }
    alignas(64) typename V::real r[V::width];
    V::store(r, part);
    for (int l = 0; l < lanes; ++l) rest += r[l];
  }
  return (V::sum(whole) + rest) / (typename V::real(b.channels) * b.pixels);
}

template <class Real>
void fill_planes(const job<Real>& j, const deviating_group& g, Real* to, Real value) {
  const std::int64_t pixels = j.what->y.stored();
  std::fill_n(to + g.event * pixels, g.count * pixels, value);
}

/// Σ dy/(GF) of a group.
template <class Real>
Real deviation_slope(const job<Real>& j, const deviating_group& g) {
  const std::int64_t pixels = j.what->y.stored();
  double sum = 0;
  for (std::int64_t p = g.event * pixels; p < (g.event + g.count) * pixels; ++p) sum += double(j.dy[p]);
  return static_cast<Real>(sum / (double(g.count) * j.what->x.extent.size()));
}

}  // namespace detail

template <class Arch, class Layer, class Real>
void deviation_forward(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  detail::over_deviating_groups<Arch, Layer>(j, [&]<class V>(V, const detail::deviating_group& g) {
    const detail::across_events<V> events{g.count, j.what->x.stored()};
    detail::fill_planes(j, g, j.y, detail::mean_over_numbers<V>(b, [&](int i) {
                          const Real* x = j.x + g.first + i;
                          return events.deviation(x, events.centre(x), Layer::epsilon);
                        }));
  });
}

template <class Arch, class Layer, class Real>
void deviation_backward(const job<Real>& j) {
  if (!j.dx) return;
  const detail::channel_blocks b(j.what->x);
  detail::over_deviating_groups<Arch, Layer>(j, [&]<class V>(V, const detail::deviating_group& g) {
    const detail::across_events<V> events{g.count, j.what->x.stored()};
    const auto slope = V::all(detail::deviation_slope(j, g));
    detail::over_vectors<V>(b, [&](int i) {
      const Real* x = j.x + g.first + i;
      Real* dx = j.dx + g.first + i;
      const auto centre = events.centre(x), scale = slope / events.deviation(x, centre, Layer::epsilon);
      for (int e = 0; e < g.count; ++e)
        V::store(dx + e * events.stored, scale * (V::load(x + e * events.stored) - centre));
    });
  });
}

template <class Arch, class Layer, class Real>
void deviation_tangent(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  detail::over_deviating_groups<Arch, Layer>(j, [&]<class V>(V, const detail::deviating_group& g) {
    const detail::across_events<V> events{g.count, j.what->x.stored()};
    detail::fill_planes(j, g, j.dx, detail::mean_over_numbers<V>(b, [&](int i) {
                          const Real *x = j.x + g.first + i, *t = j.dy + g.first + i;
                          const auto centre = events.centre(x);
                          const auto along = events.mean([&](std::int64_t e, auto s) {
                            return V::fma(V::load(x + e) - centre, V::load(t + e), s);
                          });
                          return along / events.deviation(x, centre, Layer::epsilon);
                        }));
  });
}

template <class Arch, class Layer, class Real>
void deviation_curve(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  detail::over_deviating_groups<Arch, Layer>(j, [&]<class V>(V, const detail::deviating_group& g) {
    const detail::across_events<V> events{g.count, j.what->x.stored()};
    const auto slope = V::all(detail::deviation_slope(j, g));
    detail::over_vectors<V>(b, [&](int i) {
      const Real *x = j.x + g.first + i, *t = j.x2 + g.first + i;
      Real* y = j.y + g.first + i;
      const auto centre = events.centre(x), centre_t = events.centre(t);
      const auto s = events.deviation(x, centre, Layer::epsilon), scale = slope / s;
      const auto along = events.mean([&](std::int64_t e, auto sum) {
        return V::fma(V::load(x + e) - centre, V::load(t + e), sum);
      }) / (s * s);
      for (int e = 0; e < g.count; ++e) {
        const std::int64_t at = e * events.stored;
        V::store(y + at, scale * (V::load(t + at) - centre_t - (V::load(x + at) - centre) * along));
      }
    });
  });
}

template <class Arch, class Layer, class Real>
constexpr kernel_functions<Real> deviation_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  return {.forward = &deviation_forward<Cpu, Layer, Real>,
          .backward = &deviation_backward<Cpu, Layer, Real>,
          .tangent = &deviation_tangent<Cpu, Layer, Real>,
          .curve = &deviation_curve<Cpu, Layer, Real>};
}

}  // namespace hepgan::native
