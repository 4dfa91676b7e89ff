// Spectral normalisation (Miyato et al., arXiv:1802.05957): a linear map divided by its largest singular value.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/backend/op.hpp>
#include <span>
#include <vector>

namespace hepgan {

/// A reparametrisation, see `spectral_normed`. W, as a matrix of outputs by all else, becomes W/σ with σ = uᵀWv. The
/// state {u[out], v[rest]} makes one power iteration, v ← Wᵀu/‖Wᵀu‖, u ← Wv/‖Wv‖, as each step of its network begins:
/// real and generated events see the same σ. It is constant in the gradient, (g − ⟨g, W/σ⟩uvᵀ)/σ, and at inference.
template <state_moves When>
struct spectral_norm_moving {
  static constexpr const char* name = When == state_moves::at_step ? "spectral_norm" : "spectral_norm_at_update";
  static constexpr state_moves moves = When;
  static constexpr int state(const weight_extents& w) { return w.out + w.outer * w.inner; }

  template <class Real>
  static void begin(const weight_extents& e, Real* state) {
    const int rest = e.outer * e.inner;
    std::fill_n(state, e.out, static_cast<Real>(1 / std::sqrt(double(e.out))));
    std::fill_n(state + e.out, rest, static_cast<Real>(1 / std::sqrt(double(rest))));
  }
  template <class Real>
  static void prepare(const weight_extents& e, const Real* w, const Real* state, Real* in_use) {
    const Real scale = static_cast<Real>(1 / sigma(e, w, state));
    for (int i = 0; i < e.count(); ++i) in_use[i] = scale * w[i];
  }
  template <class Real>
  static void finish(const weight_extents& e, const Real* w, const Real* state, const Real* d_in_use, Real* d) {
    const double s = sigma(e, w, state);
    const Real scale = static_cast<Real>(1 / s), back = static_cast<Real>(dot(e.count(), d_in_use, w) / (s * s));
    const Real *u = state, *v = state + e.out;
    each_run(e, [&](int row, int column, int first) {
      const Real ours = back * u[row];
      for (int k = 0; k < e.inner; ++k) d[first + k] += scale * d_in_use[first + k] - ours * v[column + k];
    });
  }
  /// Weights of zero leave the state as it is: they have no direction.
  template <class Real>
  static void advance(const weight_extents& e, const Real* w, Real* state) {
    static thread_local std::vector<double> room;  // kept: nothing is allocated in a training's steps
    const int rest = e.outer * e.inner;
    room.assign(rest + e.out, 0);
    const std::span v = std::span(room).first(rest), u = std::span(room).last(e.out);
    each_run(e, [&](int row, int column, int first) {
      for (int k = 0; k < e.inner; ++k) v[column + k] += double(w[first + k]) * state[row];
    });
    if (!normalise(v)) return;
    each_run(e, [&](int row, int column, int first) { u[row] += dot(e.inner, w + first, &v[column]); });
    if (!normalise(u)) return;
    for (int i = 0; i < e.out; ++i) state[i] = static_cast<Real>(u[i]);
    for (int i = 0; i < rest; ++i) state[e.out + i] = static_cast<Real>(v[i]);
  }

 private:
  static constexpr double least = 1e-10;

  /// f(row, first column, first place) of every run of weights of one output: the row is the output.
  template <class F>
  static void each_run(const weight_extents& e, F f) {
    for (int o = 0, i = 0; o < e.outer; ++o)
      for (int row = 0; row < e.out; ++row, i += e.inner) f(row, o * e.inner, i);
  }
  template <class A, class B>
  [[gnu::noinline]] static double dot(int n, const A* a, const B* b) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < n; ++i) sum += double(a[i]) * b[i];
    return sum;
  }
  /// 1 for weights of zero: they stay so, with the gradient that they have.
  template <class Real>
  [[gnu::noinline]] static double sigma(const weight_extents& e, const Real* w, const Real* state) {
    const Real *u = state, *v = state + e.out;
    double sum = 0;
    each_run(e, [&](int row, int column, int first) { sum += dot(e.inner, w + first, v + column) * u[row]; });
    return std::abs(sum) < least ? 1 : sum;
  }
  static bool normalise(std::span<double> x) {
    double square = 0;
    for (const double a : x) square += a * a;
    const double length = std::sqrt(square);
    if (length < least) return false;
    for (double& a : x) a /= length;
    return true;
  }
};

using spectral_norm = spectral_norm_moving<state_moves::at_step>;
using spectral_norm_at_update = spectral_norm_moving<state_moves::at_update>;

}  // namespace hepgan
