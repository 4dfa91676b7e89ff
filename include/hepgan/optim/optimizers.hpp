// Stochastic gradient descent, RMSprop and Adam.
#pragma once
#include <cmath>
#include <hepgan/optim/optimizer.hpp>

namespace hepgan {

/// v ← μv + g; w ← w − ηv (PyTorch's form).
struct sgd {
  double learning_rate = 1e-2, momentum = 0;
  static constexpr bool linear = true;  ///< a gradient twice as long makes a step twice as long
  static constexpr std::array moment_names{"velocity"};
  template <class Real>
  using state = moments<Real, sgd>;

  template <class Real>
  auto rule(const step_view<Real>&) const {
    return [eta = Real(learning_rate), mu = Real(momentum)]<class V>(V, auto w, auto g, auto& v) {
      v = V::all(mu) * v + g;
      return w - V::all(eta) * v;
    };
  }
};

/// s ← αs + (1−α)g²; w ← w − ηg/(√s + ε) (Tieleman and Hinton 2012).
struct rmsprop {
  double learning_rate = 5e-5, alpha = 0.99, epsilon = 1e-8;
  static constexpr std::array moment_names{"square"};
  template <class Real>
  using state = moments<Real, rmsprop>;

  template <class Real>
  auto rule(const step_view<Real>&) const {
    return [eta = Real(learning_rate), keep = Real(alpha), rest = Real(1 - alpha), epsilon = Real(epsilon)]<class V>(
               V, auto w, auto g, auto& square) {
      using std::sqrt;
      square = V::all(keep) * square + V::all(rest) * g * g;
      return w - V::all(eta) * g / (sqrt(square) + V::all(epsilon));
    };
  }
};

/// Kingma and Ba, arXiv:1412.6980, with both bias corrections.
struct adam {
  double learning_rate = 1e-4, beta1 = 0.5, beta2 = 0.999, epsilon = 1e-8;
  static constexpr std::array moment_names{"0", "1"};  // as its checkpoints have it from the beginning
  template <class Real>
  using state = moments<Real, adam>;

  template <class Real>
  auto rule(const step_view<Real>& at) const {
    const double c1 = 1 - std::pow(beta1, static_cast<double>(at.step)),
                 c2 = 1 - std::pow(beta2, static_cast<double>(at.step));
    return [eta = Real(learning_rate / c1), scale = Real(1 / std::sqrt(c2)), b1 = Real(beta1), r1 = Real(1 - beta1),
            b2 = Real(beta2), r2 = Real(1 - beta2),
            epsilon = Real(epsilon)]<class V>(V, auto w, auto g, auto& m, auto& v) {
      using std::sqrt;
      m = V::all(b1) * m + V::all(r1) * g;
      v = V::all(b2) * v + V::all(r2) * g * g;
      return w - V::all(eta) * m / (sqrt(v) * V::all(scale) + V::all(epsilon));
    };
  }
};

}  // namespace hepgan
