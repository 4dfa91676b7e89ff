// The norm over the channels of each pixel, without centre; formulas stand in the oracle's (reference/event_norm.hpp).
// All that it does is a sum of its inputs with factors of the pixel, which follow from their products: a run of pixels
// at a time, so that roots and divisions are those of vectors.
#pragma once
#include <cmath>
#include <hepgan/backend/native/channel_sums.hpp>

namespace hepgan::native {
namespace detail {

inline constexpr int pixel_run = 16;
template <class Real>
using of_run = std::array<Real, pixel_run>;

/// What is added up: x, then a gradient d, then a tangent t, as many as there are; and where the sum goes.
template <int Inputs, class Real>
struct pixel_inputs {
  const Real *x, *d, *t;
  Real* to;
};

/// Σ over channels of the products of inputs: xx, then xd, then xt and dt.
template <class V, int Inputs, class Real>
void multiply_inputs(const channel_blocks& b, const pixel_inputs<Inputs, Real>& in, std::int64_t first, int pixels,
                     of_run<Real>* sums) {
  constexpr int products = Inputs == 3 ? 4 : Inputs, w = V::width;
  alignas(64) Real part[products][pixel_run * w]{};
  const auto add = [&](int product, int p, auto left, auto right) {
    Real* to = part[product] + p * w;
    V::store(to, V::fma(left, right, V::load(to)));
  };
  for (int c = 0; c < b.channels; c += w) {
    alignas(64) Real real_lanes[w];  // 0 where there is no channel
    for (int l = 0; l < w; ++l) real_lanes[l] = c + l < b.channels ? Real(1) : Real(0);
    const auto mask = V::load(real_lanes);
    std::int64_t at = first + std::int64_t(c / b.block) * b.pixels * b.block + c % b.block;
    for (int p = 0; p < pixels; ++p, at += b.block) {
      const auto x = mask * V::load(in.x + at);
      add(0, p, x, x);
      if constexpr (Inputs > 1) {
        const auto d = mask * V::load(in.d + at);
        add(1, p, x, d);
        if constexpr (Inputs > 2) {
          const auto t = V::load(in.t + at);
          add(2, p, x, t), add(3, p, d, t);
        }
      }
    }
  }
  for (int product = 0; product < products; ++product)
    for (int p = 0; p < pixels; ++p) {
      const Real* lane = part[product] + p * w;
      Real sum = 0;
      for (int l = 0; l < w; ++l) sum += lane[l];
      sums[product][p] = sum;
    }
}

/// to = factors[0]·x + factors[1]·d + factors[2]·t.
template <class V, int Inputs, class Real>
void add_inputs(const channel_blocks& b, const pixel_inputs<Inputs, Real>& in, std::int64_t first, int pixels,
                const of_run<Real>* factors) {
  for (int c = 0; c < b.padded(); c += V::width) {
    std::int64_t at = first + std::int64_t(c / b.block) * b.pixels * b.block + c % b.block;
    for (int p = 0; p < pixels; ++p, at += b.block) {
      auto sum = V::all(factors[0][p]) * V::load(in.x + at);
      if constexpr (Inputs > 1) sum = V::fma(V::all(factors[1][p]), V::load(in.d + at), sum);
      if constexpr (Inputs > 2) sum = V::fma(V::all(factors[2][p]), V::load(in.t + at), sum);
      V::store(in.to + at, sum);
    }
  }
}

/// factors_of(r, moments, factors) for one pixel: r = 1/√(⟨xx⟩ + ε) and the moments ⟨xd⟩, ⟨xt⟩, ⟨dt⟩.
template <class Arch, class Norm, int Inputs, class Real, class F>
void over_pixels(const job<Real>& j, const pixel_inputs<Inputs, Real>& in, F factors_of) {
  const tensor& t = j.what->x;
  const channel_blocks b(t);
  const int width = t.extent.width, height = t.extent.height;
  const Real share = Norm::averaged ? Real(1) / b.channels : Real(1);
  with_lanes<Arch, Real>(b.block, [&]<class V>(V) {
    parallel_for(std::int64_t(j.batch) * height, [&](std::int64_t i) {
      for (int w = 0; w < width; w += pixel_run) {
        const int pixels = (std::min)(pixel_run, width - w);
        const std::int64_t first = i / height * t.stored() + (i % height * width + w) * b.block;
        of_run<Real> sums[4]{}, factors[3];
        multiply_inputs<V>(b, in, first, pixels, sums);
        for (int p = 0; p < pixel_run; ++p) {
          const Real r = 1 / std::sqrt(sums[0][p] * share + Real(Norm::epsilon));
          const std::array f = factors_of(r, sums[1][p] * share, sums[2][p] * share, sums[3][p] * share);
          for (std::size_t k = 0; k < f.size(); ++k) factors[k][p] = f[k];
        }
        add_inputs<V>(b, in, first, pixels, factors);
      }
    });
  });
}

}  // namespace detail

template <class Arch, class Norm, class Real>
void pixel_norm_forward(const job<Real>& j) {
  detail::over_pixels<Arch, Norm>(j, detail::pixel_inputs<1, Real>{j.x, nullptr, nullptr, j.y},
                                  [](Real r, Real, Real, Real) { return std::array{r}; });
}

/// dx = r·d − r³⟨xd⟩·x: J is symmetric, so that a tangent is the same.
template <class Arch, class Norm, class Real>
void pixel_norm_backward(const job<Real>& j) {
  if (!j.dx) return;
  detail::over_pixels<Arch, Norm>(j, detail::pixel_inputs<2, Real>{j.x, j.dy, nullptr, j.dx},
                                  [](Real r, Real xd, Real, Real) {
                                    return std::array{-r * r * r * xd, r};
                                  });
}

/// y = r³(3r²⟨xd⟩⟨xt⟩ − ⟨dt⟩)·x − r³⟨xt⟩·d − r³⟨xd⟩·t.
template <class Arch, class Norm, class Real>
void pixel_norm_curve(const job<Real>& j) {
  detail::over_pixels<Arch, Norm>(j, detail::pixel_inputs<3, Real>{j.x, j.dy, j.x2, j.y},
                                  [](Real r, Real xd, Real xt, Real dt) {
                                    const Real cube = r * r * r;
                                    return std::array{cube * (3 * r * r * xd * xt - dt), -cube * xt, -cube * xd};
                                  });
}

template <class Arch, class Norm, class Real>
constexpr kernel_functions<Real> pixel_norm_kernel() {
  static_assert(!Norm::centred && !Norm::affine,
                "hepgan: a norm over the channels of each pixel has neither centre nor weights");
  return {.forward = &pixel_norm_forward<Arch, Norm, Real>,
          .backward = &pixel_norm_backward<Arch, Norm, Real>,
          .tangent = &pixel_norm_backward<Arch, Norm, Real>,
          .curve = &pixel_norm_curve<Arch, Norm, Real>};
}

}  // namespace hepgan::native
