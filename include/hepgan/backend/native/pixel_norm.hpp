// The norm over the channels of each pixel, without centre; formulas stand in the oracle's (reference/event_norm.hpp).
// All that it does is a sum of its inputs with factors of the pixel, which follow from their products: a run of pixels
// at a time, so that roots and divisions are those of vectors.
#pragma once
#include <cmath>
#include <hepgan/backend/native/channel_sums.hpp>
#include <hepgan/backend/native/shuffles.hpp>

namespace hepgan::native {
namespace detail {

inline constexpr int pixel_run = 16;
template <class Real>
using of_run = std::array<Real, pixel_run>;

/// What is added up: x, then a gradient d, then a tangent t, as many as there are; and where the sum goes.
template <class Real>
struct pixel_inputs {
  int count;
  const Real* from[3];
  Real* to;
};

/// Σ over channels of left · right for each pixel of a run, which begins at the numbers given.
template <class V, class Real>
[[gnu::noinline]] void multiply_inputs(const channel_blocks& b, const Real* left, const Real* right, int pixels,
                                       of_run<Real>& sums) {
  constexpr int w = V::width;
  alignas(64) Real part[pixel_run * w]{};
  for (int c = 0; c < b.channels; c += w) {
    alignas(64) Real real_lanes[w];  // 0 where there is no channel
    for (int l = 0; l < w; ++l) real_lanes[l] = c + l < b.channels ? Real(1) : Real(0);
    const auto mask = V::load(real_lanes);
    std::int64_t at = std::int64_t(c / b.block) * b.pixels * b.block + c % b.block;
    for (int p = 0; p < pixels; ++p, at += b.block)
      V::store(part + p * w, V::fma(mask * V::load(left + at), V::load(right + at), V::load(part + p * w)));
  }
  for (int p = 0; p < pixel_run; p += w) {
    std::array<typename V::type, w> rows;
#pragma GCC unroll 16
    for (int i = 0; i < w; ++i) rows[i] = V::load(part + (p + i) * w);
    V::store(sums.data() + p, sums_of_rows<V>(rows));
  }
}

/// Σ factor · input over the inputs, for a run of pixels.
template <class V, class Real>
[[gnu::noinline]] void add_inputs(const channel_blocks& b, const pixel_inputs<Real>& in, std::int64_t first, int pixels,
                                  const of_run<Real>* factors) {
  for (int c = 0; c < b.padded(); c += V::width) {
    std::int64_t at = first + std::int64_t(c / b.block) * b.pixels * b.block + c % b.block;
    for (int p = 0; p < pixels; ++p, at += b.block) {
      auto sum = V::all(factors[0][p]) * V::load(in.from[0] + at);
      for (int k = 1; k < in.count; ++k) sum = V::fma(V::all(factors[k][p]), V::load(in.from[k] + at), sum);
      V::store(in.to + at, sum);
    }
  }
}

/// r = 1/√(⟨xx⟩ + ε) of a run's pixels, and the moments ⟨xd⟩, ⟨xt⟩ and ⟨dt⟩ of inputs that are there.
template <class Real>
struct pixel_moments {
  of_run<Real> r{}, xd{}, xt{}, dt{};
};
/// What makes them factors of the inputs.
template <class Real>
using pixel_rule = void (*)(const pixel_moments<Real>&, of_run<Real>* factors);

template <class Arch, class Norm, class Real>
[[gnu::noinline]] void over_pixels(const job<Real>& j, const pixel_inputs<Real>& in, pixel_rule<Real> rule) {
  const tensor& t = j.what->x;
  const channel_blocks b(t);
  const int runs = (b.pixels + pixel_run - 1) / pixel_run;
  const Real share = Norm::averaged ? Real(1) / b.channels : Real(1);
  with_lanes<Arch, Real>(b.block, [&]<class V>(V) {
    parallel_for(std::int64_t(j.batch) * runs, [&](std::int64_t i) {
      const int begin = static_cast<int>(i % runs) * pixel_run, pixels = (std::min)(pixel_run, b.pixels - begin);
      const std::int64_t first = i / runs * t.stored() + std::int64_t(begin) * b.block;
      const auto multiply = [&](int left, int right, of_run<Real>& moment) {
        multiply_inputs<V>(b, in.from[left] + first, in.from[right] + first, pixels, moment);
        for (Real& m : moment) m *= share;
      };
      pixel_moments<Real> m;
      multiply(0, 0, m.r);
      for (Real& r : m.r) r = 1 / std::sqrt(r + Real(Norm::epsilon));
      if (in.count > 1) multiply(0, 1, m.xd);
      if (in.count > 2) multiply(0, 2, m.xt), multiply(1, 2, m.dt);
      of_run<Real> factors[3];
      rule(m, factors);
      add_inputs<V>(b, in, first, pixels, factors);
    });
  });
}

}  // namespace detail

template <class Arch, class Norm, class Real>
void pixel_norm_forward(const job<Real>& j) {
  detail::over_pixels<Arch, Norm, Real>(j, {1, {j.x}, j.y}, [](const auto& m, auto* f) { f[0] = m.r; });
}

/// dx = r·d − r³⟨xd⟩·x: J is symmetric, so that a tangent is the same.
template <class Arch, class Norm, class Real>
void pixel_norm_backward(const job<Real>& j) {
  if (!j.dx) return;
  detail::over_pixels<Arch, Norm, Real>(j, {2, {j.x, j.dy}, j.dx}, [](const auto& m, auto* f) {
    for (int p = 0; p < detail::pixel_run; ++p) f[0][p] = -m.r[p] * m.r[p] * m.r[p] * m.xd[p];
    f[1] = m.r;
  });
}

/// y = r³(3r²⟨xd⟩⟨xt⟩ − ⟨dt⟩)·x − r³⟨xt⟩·d − r³⟨xd⟩·t.
template <class Arch, class Norm, class Real>
void pixel_norm_curve(const job<Real>& j) {
  detail::over_pixels<Arch, Norm, Real>(j, {3, {j.x, j.dy, j.x2}, j.y}, [](const auto& m, auto* f) {
    for (int p = 0; p < detail::pixel_run; ++p) {
      const Real square = m.r[p] * m.r[p], cube = square * m.r[p];
      f[0][p] = cube * (3 * square * m.xd[p] * m.xt[p] - m.dt[p]);
      f[1][p] = -cube * m.xt[p], f[2][p] = -cube * m.xd[p];
    }
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
