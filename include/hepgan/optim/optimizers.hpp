// Optimizers: hyper-parameters are a value, moments a state; one fused sweep over the flat block, by vectors (compilers
// leave a loop with a square root scalar: it might set errno).
#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <hepgan/backend/native/over_numbers.hpp>
#include <hepgan/core/aligned.hpp>
#include <hepgan/core/error.hpp>
#include <span>

namespace hepgan {

/// Moments of an optimizer: `Count` blocks as long as the parameters, and the number of steps made.
template <class Real, int Count>
struct moments {
  std::int64_t steps = 0;
  std::array<aligned_block<Real>, Count> values;
  explicit moments(std::size_t n) { values.fill(aligned_block<Real>(n)); }
  /// One more step, on as many numbers as this state is made for.
  void begin_step(std::size_t weights, std::size_t gradients) {
    expect_size("optimizer: weights", weights, values[0].size());
    expect_size("optimizer: gradients", gradients, values[0].size());
    ++steps;
  }
  std::array<std::span<Real>, Count> blocks() const {
    std::array<std::span<Real>, Count> all;
    for (int i = 0; i < Count; ++i) all[i] = values[i].span();
    return all;
  }
};

/// A value with `state<Real>`, made for n numbers, and `step(state, w, g)`, which moves w against its gradient g. A
/// checkpoint keeps the state's `steps` and `blocks()`.
template <class O, class Real = float>
concept optimizer_policy = requires(const O o, typename O::template state<Real>& s, std::span<Real> w,
                                    std::span<const Real> g) {
  typename O::template state<Real>;
  o.template step<Real>(s, w, g);
  { s.steps } -> std::convertible_to<std::int64_t>;
  s.blocks();
};

/// v ← μv + g; w ← w − ηv (PyTorch's form).
struct sgd {
  double learning_rate = 1e-2, momentum = 0;
  template <class Real>
  using state = moments<Real, 1>;

  template <class Real>
  void step(state<Real>& s, std::span<Real> w, std::span<const Real> g) const {
    s.begin_step(w.size(), g.size());
    Real *pw = w.data(), *pv = s.values[0].data();
    native::over_numbers<arch::current, Real>(w.size(), [&]<class V>(V, std::int64_t i) {
      const auto v = V::all(Real(momentum)) * V::load(pv + i) + V::load(g.data() + i);
      V::store(pv + i, v);
      V::store(pw + i, V::load(pw + i) - V::all(Real(learning_rate)) * v);
    });
  }
};

/// s ← αs + (1−α)g²; w ← w − ηg/(√s + ε) (Tieleman and Hinton 2012).
struct rmsprop {
  double learning_rate = 5e-5, alpha = 0.99, epsilon = 1e-8;
  template <class Real>
  using state = moments<Real, 1>;

  template <class Real>
  void step(state<Real>& s, std::span<Real> w, std::span<const Real> g) const {
    s.begin_step(w.size(), g.size());
    Real *pw = w.data(), *ps = s.values[0].data();
    native::over_numbers<arch::current, Real>(w.size(), [&]<class V>(V, std::int64_t i) {
      using std::sqrt;
      const auto slope = V::load(g.data() + i);
      const auto square = V::all(Real(alpha)) * V::load(ps + i) + V::all(Real(1 - alpha)) * slope * slope;
      V::store(ps + i, square);
      V::store(pw + i, V::load(pw + i) - V::all(Real(learning_rate)) * slope / (sqrt(square) + V::all(Real(epsilon))));
    });
  }
};

/// Kingma and Ba, arXiv:1412.6980, with both bias corrections.
struct adam {
  double learning_rate = 1e-4, beta1 = 0.5, beta2 = 0.999, epsilon = 1e-8;
  template <class Real>
  using state = moments<Real, 2>;

  template <class Real>
  void step(state<Real>& s, std::span<Real> w, std::span<const Real> g) const {
    s.begin_step(w.size(), g.size());
    const double c1 = 1 - std::pow(beta1, static_cast<double>(s.steps)),
                 c2 = 1 - std::pow(beta2, static_cast<double>(s.steps));
    const Real eta = static_cast<Real>(learning_rate / c1), scale = static_cast<Real>(1 / std::sqrt(c2));
    Real *pw = w.data(), *pm = s.values[0].data(), *pv = s.values[1].data();
    native::over_numbers<arch::current, Real>(w.size(), [&]<class V>(V, std::int64_t i) {
      using std::sqrt;
      const auto slope = V::load(g.data() + i);
      const auto m = V::all(Real(beta1)) * V::load(pm + i) + V::all(Real(1 - beta1)) * slope;
      const auto v = V::all(Real(beta2)) * V::load(pv + i) + V::all(Real(1 - beta2)) * slope * slope;
      V::store(pm + i, m), V::store(pv + i, v);
      V::store(pw + i, V::load(pw + i) - V::all(eta) * m / (sqrt(v) * V::all(scale) + V::all(Real(epsilon))));
    });
  }
};

/// Another optimizer, whose learning rate halves every `half_life` steps (0: never): decaying<adam>{{1e-4}, 1000}. The
/// rate depends on the step alone, so that a run may be given more epochs.
template <optimizer_policy Optimizer>
struct decaying : Optimizer {
  double half_life = 0;

  template <class Real>
  void step(typename Optimizer::template state<Real>& s, std::span<Real> w, std::span<const Real> g) const {
    Optimizer now = *this;
    if (half_life > 0) now.learning_rate *= std::exp2(-static_cast<double>(s.steps) / half_life);
    now.template step<Real>(s, w, g);
  }
};

}  // namespace hepgan
