// The oracle's norms of single events, with their second derivatives.
//
// Of one group: x̂ = r(x − μ), r = 1/√(v + ε), y = γx̂ + β. With u′ = u − mean(u) (u itself where nothing is centred),
// and ⟨u⟩ the mean of u over the group (its sum where v is one):
//   ∂x̂/∂x is symmetric, J·u = r(u′ − x̂⟨ux̂⟩)
//   ∂/∂x (dᵀJt) = r²(x̂(3⟨dx̂⟩⟨tx̂⟩ − ⟨d′t′⟩) − d′⟨tx̂⟩ − t′⟨dx̂⟩)
#pragma once
#include <cmath>
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::reference {
namespace detail {

template <class Norm, class Real>
struct norm_group {
  int first, count, stride, pixels;
  Real mean = 0, scale = 1;

  template <class F>
  void each(F f) const {
    for (int k = 0; k < count; ++k) f(first + k * stride);
  }
  template <class F>
  Real sum(F f) const {
    Real s = 0;
    each([&](int i) { s += f(i); });
    return s;
  }
  /// ⟨f⟩, and what u′ is without.
  template <class F>
  Real moment(F f) const {
    return Norm::averaged ? sum(f) / count : sum(f);
  }
  template <class F>
  Real centre(F f) const {
    return Norm::centred ? sum(f) / count : Real(0);
  }
  void standardise(const Real* x) {
    mean = centre([&](int i) { return x[i]; });
    scale = 1 / std::sqrt(moment([&](int i) { return (x[i] - mean) * (x[i] - mean); }) + Real(Norm::epsilon));
  }
  Real normalised(const Real* x, int i) const { return (x[i] - mean) * scale; }
  int channel(int i) const { return i / pixels; }
};

/// f(group, first number of the event) for every group of the batch.
template <class Norm, class Real, class F>
void over_norm_groups(const job<Real>& j, F f) {
  const shape s = j.what->x.extent;
  const int size = group_size(Norm::over, s), stride = Norm::over == grouping::pixel ? s.pixels() : 1;
  for (int n = 0; n < j.batch; ++n)
    for (int g = 0; g < s.size() / size; ++g) {
      norm_group<Norm, Real> group{Norm::over == grouping::pixel ? g : g * size, size, stride, s.pixels()};
      const std::int64_t event = std::int64_t(n) * s.size();
      group.standardise(j.x + event);
      f(group, event);
    }
}

template <class Norm, class Real>
Real gamma(const job<Real>& j, int channel) {
  return Norm::affine ? j.weights[channel] : Real(1);
}

}  // namespace detail

template <class Norm, class Real>
void event_norm_forward(const job<Real>& j) {
  const int channels = j.what->x.extent.channels;
  detail::over_norm_groups<Norm>(j, [&](const auto& g, std::int64_t event) {
    g.each([&](int i) {
      const int c = g.channel(i);
      j.y[event + i] =
          detail::gamma<Norm>(j, c) * g.normalised(j.x + event, i) + (Norm::affine ? j.weights[channels + c] : Real(0));
    });
  });
}

template <class Norm, class Real>
void event_norm_backward(const job<Real>& j) {
  const int channels = j.what->x.extent.channels;
  detail::over_norm_groups<Norm>(j, [&](const auto& g, std::int64_t event) {
    const Real *x = j.x + event, *dy = j.dy + event;
    const auto d = [&](int i) { return detail::gamma<Norm>(j, g.channel(i)) * dy[i]; };
    const Real centre = g.centre(d), along = g.moment([&](int i) { return d(i) * g.normalised(x, i); });
    g.each([&](int i) {
      const Real n = g.normalised(x, i), mine = d(i);
      if (Norm::affine && j.gradient)
        j.gradient[g.channel(i)] += dy[i] * n, j.gradient[channels + g.channel(i)] += dy[i];
      if (j.dx) j.dx[event + i] = g.scale * (mine - centre - n * along);
    });
  });
}

template <class Norm, class Real>
void event_norm_tangent(const job<Real>& j) {
  detail::over_norm_groups<Norm>(j, [&](const auto& g, std::int64_t event) {
    const Real *x = j.x + event, *t = j.dy + event;
    const Real centre = g.centre([&](int i) { return t[i]; });
    const Real along = g.moment([&](int i) { return t[i] * g.normalised(x, i); });
    g.each([&](int i) {
      j.dx[event + i] = detail::gamma<Norm>(j, g.channel(i)) * g.scale * (t[i] - centre - g.normalised(x, i) * along);
    });
  });
}

template <class Norm, class Real>
void event_norm_curve(const job<Real>& j) {
  detail::over_norm_groups<Norm>(j, [&](const auto& g, std::int64_t event) {
    const Real *x = j.x + event, *t = j.x2 + event, *dy = j.dy + event;
    const auto d = [&](int i) { return detail::gamma<Norm>(j, g.channel(i)) * dy[i]; };
    const Real centre_d = g.centre(d), centre_t = g.centre([&](int i) { return t[i]; });
    const Real along_d = g.moment([&](int i) { return d(i) * g.normalised(x, i); });
    const Real along_t = g.moment([&](int i) { return t[i] * g.normalised(x, i); });
    const Real both = g.moment([&](int i) { return (d(i) - centre_d) * (t[i] - centre_t); });
    g.each([&](int i) {
      const Real n = g.normalised(x, i), of_t = t[i] - centre_t;
      j.y[event + i] =
          g.scale * g.scale * (n * (3 * along_d * along_t - both) - (d(i) - centre_d) * along_t - of_t * along_d);
      if (Norm::affine && j.gradient) j.gradient[g.channel(i)] += dy[i] * g.scale * (of_t - n * along_t);
    });
  });
}

template <class Norm, class Real>
constexpr kernel_functions<Real> event_norm_kernel() {
  return {.forward = &event_norm_forward<Norm, Real>,
          .backward = &event_norm_backward<Norm, Real>,
          .tangent = &event_norm_tangent<Norm, Real>,
          .curve = &event_norm_curve<Norm, Real>};
}

}  // namespace hepgan::reference
