// Norms of single events, over all numbers or by channel, with γ and β in the same pass; formulas stand in the oracle's
// (reference/event_norm.hpp). A group is read again for each sum while the caches have it, so that memory is read once.
#pragma once
#include <hepgan/backend/native/norm_numbers.hpp>
#include <hepgan/backend/native/pixel_norm.hpp>

namespace hepgan::native {

template <class Arch, class Norm, class Real>
void event_norm_forward(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  const auto k = detail::load_norm_channels<Arch, Norm>(j, b);
  detail::over_norm_groups<Arch, Norm, Real>(
      b, j.batch, [&]<class V>(const detail::norm_numbers<Norm, V>& g, std::int64_t, std::int64_t event) {
        const Real* x = j.x + event;
        Real* y = j.y + event;
        const detail::standardiser<Norm, V> at(g, k.within, x);
        g.each_vector([&](int c, std::int64_t i) {
          const auto gain = V::load(k.gamma + c) * at.scale, shift = V::load(k.beta + c);
          for (int p = 0; p < b.pixels; ++p, i += b.block)
            V::store(y + i, V::fma(gain, V::load(x + i) - at.mean, shift));
        });
      });
}

/// With d = γ·dy: dγ += Σ dy·x̂, dβ += Σ dy; dx = J·d.
template <class Arch, class Norm, class Real>
void event_norm_backward(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  const auto k = detail::load_norm_channels<Arch, Norm>(j, b);
  detail::over_norm_groups<Arch, Norm, Real>(
      b, j.batch, [&]<class V>(const detail::norm_numbers<Norm, V>& g, std::int64_t n, std::int64_t event) {
        const Real *x = j.x + event, *dy = j.dy + event;
        const detail::standardiser<Norm, V> at(g, k.within, x);
        typename detail::norm_numbers<Norm, V>::total sum{b.channels}, along{b.channels};
        g.each_vector([&](int c, std::int64_t i) {
          auto along_here = V::all(0);
          const auto sum_here = detail::sum_over<V>(b.pixels, [&](int p, auto s) {
            const std::int64_t here = i + std::int64_t(p) * b.block;
            const auto d = V::load(dy + here);
            along_here = V::fma(d, at(here), along_here);
            return s + d;
          });
          if (Norm::affine && j.gradient)
            V::store(k.part(n) + c, along_here), V::store(k.part(n) + k.padded + c, sum_here);
          const auto gamma = V::load(k.gamma + c);
          sum.add(gamma * sum_here, c), along.add(gamma * along_here, c);
        });
        if (!j.dx) return;
        Real* dx = j.dx + event;
        const auto centre = Norm::centred ? g.centre(sum.value()) : V::all(0), moment = g.moment(along.value());
        g.each([&](std::int64_t i, int c) {
          const auto d = V::load(k.gamma + c) * V::load(dy + i);
          V::store(dx + i, V::load(k.within + c) * at.scale * (d - centre - at(i) * moment));
        });
      });
  if (Norm::affine && j.gradient)
    detail::over_totals<Arch>(b, j.batch, k.parts, [&](const detail::totals& t) {
      for (int i = 0, c = t.begin; i < t.count; ++i, ++c)
        j.gradient[c] += static_cast<Real>(t.first[i]), j.gradient[b.channels + c] += static_cast<Real>(t.second[i]);
    });
}

/// dx = γ·J·dy.
template <class Arch, class Norm, class Real>
void event_norm_tangent(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  const auto k = detail::load_norm_channels<Arch, Norm>(j, b);
  detail::over_norm_groups<Arch, Norm, Real>(
      b, j.batch, [&]<class V>(const detail::norm_numbers<Norm, V>& g, std::int64_t, std::int64_t event) {
        const Real *x = j.x + event, *t = j.dy + event;
        Real* to = j.dx + event;
        const detail::standardiser<Norm, V> at(g, k.within, x);
        const auto centre = g.centre(k.within, t), along = at.along(k.within, t);
        g.each([&](std::int64_t i, int c) {
          V::store(to + i, V::load(k.gamma + c) * at.scale * (V::load(t + i) - centre - at(i) * along));
        });
      });
}

/// With d = γ·dy and the tangent t: y = ∂/∂x (dᵀJt), dγ += Σ dy·(J·t).
template <class Arch, class Norm, class Real>
void event_norm_curve(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  const auto k = detail::load_norm_channels<Arch, Norm>(j, b);
  detail::over_norm_groups<Arch, Norm, Real>(
      b, j.batch, [&]<class V>(const detail::norm_numbers<Norm, V>& g, std::int64_t n, std::int64_t event) {
        const Real *x = j.x + event, *t = j.x2 + event, *dy = j.dy + event;
        Real* y = j.y + event;
        const detail::standardiser<Norm, V> at(g, k.within, x);
        const auto gamma = [&](int c) { return V::load(k.gamma + c); };
        const auto centre_d = g.centre(k.gamma, dy), centre_t = g.centre(k.within, t);
        const auto along_d = at.along(k.gamma, dy), along_t = at.along(k.within, t);
        typename detail::norm_numbers<Norm, V>::total product{b.channels};
        g.each_vector([&](int c, std::int64_t first) {
          auto slope = V::all(0);  // Σ dy·(J·t) of these channels
          product.add(detail::sum_over<V>(b.pixels,
                                          [&](int p, auto s) {
                                            const std::int64_t i = first + std::int64_t(p) * b.block;
                                            const auto d = V::load(dy + i), of_t = V::load(t + i) - centre_t;
                                            slope = V::fma(d, at.scale * (of_t - at(i) * along_t), slope);
                                            return V::fma(gamma(c) * d - centre_d, of_t, s);
                                          }),
                      c);
          if (Norm::affine && j.gradient) V::store(k.part(n) + c, slope), V::store(k.part(n) + k.padded + c, V::all(0));
        });
        const auto both = V::all(3) * along_d * along_t - g.moment(product.value()), square = at.scale * at.scale;
        g.each([&](std::int64_t i, int c) {
          const auto d = gamma(c) * V::load(dy + i) - centre_d, of_t = V::load(t + i) - centre_t;
          V::store(y + i, V::load(k.within + c) * square * (at(i) * both - d * along_t - of_t * along_d));
        });
      });
  if (Norm::affine && j.gradient)
    detail::over_totals<Arch>(b, j.batch, k.parts, [&](const detail::totals& t) {
      for (int i = 0; i < t.count; ++i) j.gradient[t.begin + i] += static_cast<Real>(t.first[i]);
    });
}

template <class Arch, class Norm, class Real>
constexpr kernel_functions<Real> event_norm_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  if constexpr (Norm::over == grouping::pixel)
    return pixel_norm_kernel<Cpu, Norm, Real>();
  else
    return {.forward = &event_norm_forward<Cpu, Norm, Real>,
            .backward = &event_norm_backward<Cpu, Norm, Real>,
            .tangent = &event_norm_tangent<Cpu, Norm, Real>,
            .curve = &event_norm_curve<Cpu, Norm, Real>,
            .scratch = [](const op& o, const workload& w) -> std::int64_t {
              return detail::norm_channels<Real>::size(padded_channels(o.x.extent, o.x.form), w.training ? w.batch : 0);
            }};
}

}  // namespace hepgan::native
