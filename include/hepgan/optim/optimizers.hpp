// Optimizers: hyper-parameters are a value, moments a state; one fused sweep over the flat block.
#pragma once
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <hepgan/core/aligned.hpp>
#include <span>

namespace hepgan {

/// Moments of an optimizer: `Count` blocks as long as the parameters, and the number of steps made.
template <class Real, int Count>
struct moments {
  std::int64_t steps = 0;
  std::array<aligned_block<Real>, Count> values;
  explicit moments(std::size_t n = 0) { values.fill(aligned_block<Real>(n)); }
  std::array<std::span<Real>, Count> blocks() const {
    std::array<std::span<Real>, Count> all;
    for (int i = 0; i < Count; ++i) all[i] = values[i].span();
    return all;
  }
};

/// A value with `state<Real>`, made for n numbers, and `step(state, w, g)`, which moves w against its gradient g. A
/// checkpoint keeps the state's `steps` and `blocks()`.
template <class O, class Real = float>
concept optimizer_policy =
    requires(const O o, typename O::template state<Real>& s, std::span<Real> w, std::span<const Real> g) {
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
    Real *v = s.values[0].data(), *pw = w.data();
    const Real* pg = g.data(), eta = static_cast<Real>(learning_rate), mu = static_cast<Real>(momentum);
    const std::int64_t n = static_cast<std::int64_t>(w.size());
    ++s.steps;
#pragma omp parallel for simd schedule(static)
    for (std::int64_t i = 0; i < n; ++i) {
      v[i] = mu * v[i] + pg[i];
      pw[i] -= eta * v[i];
    }
  }
};

/// s ← αs + (1−α)g²; w ← w − ηg/(√s + ε) (Tieleman and Hinton 2012).
struct rmsprop {
  double learning_rate = 5e-5, alpha = 0.99, epsilon = 1e-8;
  template <class Real>
  using state = moments<Real, 1>;

  template <class Real>
  void step(state<Real>& s, std::span<Real> w, std::span<const Real> g) const {
    Real *square = s.values[0].data(), *pw = w.data();
    const Real* pg = g.data(), eta = static_cast<Real>(learning_rate), a = static_cast<Real>(alpha),
               e = static_cast<Real>(epsilon);
    const std::int64_t n = static_cast<std::int64_t>(w.size());
    ++s.steps;
#pragma omp parallel for simd schedule(static)
    for (std::int64_t i = 0; i < n; ++i) {
      square[i] = a * square[i] + (1 - a) * pg[i] * pg[i];
      pw[i] -= eta * pg[i] / (std::sqrt(square[i]) + e);
    }
  }
};

/// Kingma and Ba, arXiv:1412.6980, with both bias corrections.
struct adam {
  double learning_rate = 1e-4, beta1 = 0.5, beta2 = 0.999, epsilon = 1e-8;
  template <class Real>
  using state = moments<Real, 2>;

  template <class Real>
  void step(state<Real>& s, std::span<Real> w, std::span<const Real> g) const {
    ++s.steps;
    const double c1 = 1 - std::pow(beta1, static_cast<double>(s.steps)),
                 c2 = 1 - std::pow(beta2, static_cast<double>(s.steps));
    const Real b1 = static_cast<Real>(beta1), b2 = static_cast<Real>(beta2),
               eta = static_cast<Real>(learning_rate / c1), scale = static_cast<Real>(1 / std::sqrt(c2)),
               e = static_cast<Real>(epsilon);
    Real *m = s.values[0].data(), *v = s.values[1].data(), *pw = w.data();
    const Real* pg = g.data();
    const std::int64_t n = static_cast<std::int64_t>(w.size());
#pragma omp parallel for simd schedule(static)
    for (std::int64_t i = 0; i < n; ++i) {
      m[i] = b1 * m[i] + (1 - b1) * pg[i];
      v[i] = b2 * v[i] + (1 - b2) * pg[i] * pg[i];
      pw[i] -= eta * m[i] / (std::sqrt(v[i]) * scale + e);
    }
  }
};

/// Another optimizer, whose learning rate halves every `half_life` steps (0: never): decaying<adam>{{1e-4}, 1000}. The rate
/// depends on the step alone, so that a run may be given more epochs.
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
