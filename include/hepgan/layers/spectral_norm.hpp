// Spectral normalisation (Miyato et al., arXiv:1802.05957): a linear map divided by its largest singular value.
#pragma once
#include <cmath>
#include <hepgan/backend/op.hpp>
#include <span>
#include <vector>

namespace hepgan {

/// A reparametrisation: for `reparametrised<spectral_norm, …>`. W, as a matrix of outputs by all else, becomes W/σ with
/// σ = ‖Wᵀu‖/‖u‖; u is running state that one power iteration moves at each commit. With v = Wᵀu/‖Wᵀu‖ the gradient
/// comes back as (g − ⟨g, W/σ⟩ uvᵀ/‖u‖)/σ, exact for the u at hand.
struct spectral_norm {
  static constexpr const char* name = "spectral_norm";
  static constexpr int state(const weight_extents& w) { return w.out; }

  template <class Real>
  static void prepare(const weight_extents& e, const Real* w, const Real* u, Real* in_use) {
    const Real scale = static_cast<Real>(1 / decomposed(e, w, u).sigma);
    for (int i = 0; i < e.count(); ++i) in_use[i] = scale * w[i];
  }
  template <class Real>
  static void finish(const weight_extents& e, const Real* w, const Real* u, const Real* d_in_use, Real* d) {
    const auto at = decomposed(e, w, u);
    double along = 0;
    for (int i = 0; i < e.count(); ++i) along += double(d_in_use[i]) * w[i] / at.sigma;
    each(e, [&](int row, int column, int i) {
      d[i] += static_cast<Real>((d_in_use[i] - along * u[row] / at.length * at.v[column]) / at.sigma);
    });
  }
  template <class Real>
  static void advance(const weight_extents& e, const Real* w, Real* u) {
    const auto at = decomposed(e, w, u);
    static thread_local std::vector<double> next;
    next.assign(e.out, 0);
    each(e, [&](int row, int column, int i) { next[row] += w[i] * at.v[column]; });
    const double length = norm(std::span(next));
    if (length < least) return;  // weights of zero would leave no direction to grow from
    for (int row = 0; row < e.out; ++row) u[row] = static_cast<Real>(next[row] / length);
  }

 private:
  static constexpr double least = 1e-10;
  struct parts {
    std::span<double> v;   ///< until the next decomposition of this thread: its room is kept
    double sigma, length;  ///< length of u
  };

  /// f(row, column, place) of every weight: the row is the output.
  template <class F>
  static void each(const weight_extents& e, F f) {
    for (int o = 0, i = 0; o < e.outer; ++o)
      for (int row = 0; row < e.out; ++row)
        for (int k = 0; k < e.inner; ++k, ++i) f(row, o * e.inner + k, i);
  }
  template <class Real>
  static double norm(std::span<Real> x) {
    double square = 0;
    for (const double a : x) square += a * a;
    return std::sqrt(square) + 1e-12;
  }
  template <class Real>
  static parts decomposed(const weight_extents& e, const Real* w, const Real* u) {
    static thread_local std::vector<double> v;
    v.assign(e.outer * e.inner, 0);
    parts at{v, 0, norm(std::span(u, e.out))};
    each(e, [&](int row, int column, int i) { at.v[column] += w[i] * u[row] / at.length; });
    at.sigma = norm(at.v);
    if (at.sigma < least) at.sigma = 1;  // weights of zero stay zero, with the gradient that they have
    for (double& x : at.v) x /= at.sigma;
    return at;
  }
};

}  // namespace hepgan
