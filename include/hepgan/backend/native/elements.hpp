// A pointwise layer's functions on vectors: its own where it takes them, else number by number.
#pragma once
#include <hepgan/backend/native/simd.hpp>

namespace hepgan::native {

struct identity {  ///< what is fused when nothing is
  template <class T>
  static T value(T x) {
    return x;
  }
  template <class T>
  static T slope(T) {
    return T(1);
  }
};
template <class L>
using layer_or_identity = std::conditional_t<std::is_void_v<L>, identity, L>;

/// Functions of layer L on vectors V (a `lanes`), with or without run-time scalars s.
template <class L, class V>
struct elements {
  using T = typename V::type;
  using Real = typename V::real;

  static T value(T x, const Real* s) {
    if constexpr (requires { L::value(x, s); })
      return T(L::value(x, s));
    else if constexpr (requires { L::value(x); })
      return T(L::value(x));
    else
      return one_by_one(x, [&](Real r) { return elements<L, scalar>::value(r, s); });
  }
  static T slope(T x, const Real* s) {
    if constexpr (requires { L::slope(x, s); })
      return T(L::slope(x, s));
    else if constexpr (requires { L::slope(x); })
      return T(L::slope(x));
    else
      return one_by_one(x, [&](Real r) { return elements<L, scalar>::slope(r, s); });
  }
  static T slope_of_output(T y, const Real* s) {
    if constexpr (requires { L::slope_of_output(y, s); })
      return T(L::slope_of_output(y, s));
    else if constexpr (requires { L::slope_of_output(y); })
      return T(L::slope_of_output(y));
    else
      return one_by_one(y, [&](Real r) { return elements<L, scalar>::slope_of_output(r, s); });
  }
  static T curvature(T x, const Real* s) {
    if constexpr (requires { L::curvature(x, s); })
      return T(L::curvature(x, s));
    else if constexpr (requires { L::curvature(x); })
      return T(L::curvature(x));
    else
      return one_by_one(x, [&](Real r) { return elements<L, scalar>::curvature(r, s); });
  }

 private:
  using scalar = lanes<typename V::arch, Real, 1>;
  template <class F>
  static T one_by_one(T x, F f) {
    static_assert(V::width > 1, "hepgan: a pointwise layer has value(x) and slope(x), or value(x, s) and slope(x, s)");
    alignas(64) Real r[V::width];
    V::store(r, x);
    for (Real& v : r) v = f(v);
    return V::load(r);
  }
};

/// Whether the slope follows from the output, so that the layer may run in place.
template <class L, class Real>
inline constexpr bool from_output = requires(Real y, const Real* s) { L::slope_of_output(y, s); } ||
                                    requires(Real y) { L::slope_of_output(y); };

}  // namespace hepgan::native
