// The functions of a pointwise layer, called alike whether or not they take the layer's run-time scalars s.
#pragma once
namespace hepgan {

/// Which function of a layer.
namespace functions {

struct value {
  template <class L, class... A>
  static auto of(A... a) -> decltype(L::value(a...)) {
    return L::value(a...);
  }
};
struct slope {
  template <class L, class... A>
  static auto of(A... a) -> decltype(L::slope(a...)) {
    return L::slope(a...);
  }
};
struct slope_of_output {
  template <class L, class... A>
  static auto of(A... a) -> decltype(L::slope_of_output(a...)) {
    return L::slope_of_output(a...);
  }
};
struct curvature {
  template <class L, class... A>
  static auto of(A... a) -> decltype(L::curvature(a...)) {
    return L::curvature(a...);
  }
};

}  // namespace functions

/// Whether layer L has function F of a number or vector T.
template <class F, class L, class T, class S = T>
inline constexpr bool has_function = requires(T x, const S* s) {
  F::template of<L>(x, s);
}
|| requires(T x) { F::template of<L>(x); };

template <class F, class L, class T, class S>
T call(T x, const S* s) {
  if constexpr (requires { F::template of<L>(x, s); })
    return static_cast<T>(F::template of<L>(x, s));
  else
    return static_cast<T>(F::template of<L>(x));
}

/// Whether a layer draws a mask (dropout) instead of having a value and a slope.
template <class L>
inline constexpr bool draws_random_numbers = false;
template <class L>
requires requires { L::random; }
inline constexpr bool draws_random_numbers<L> = L::random;

}  // namespace hepgan
