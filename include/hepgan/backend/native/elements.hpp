// A pointwise layer's functions on vectors: its own where it takes them, else number by number.
#pragma once
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/backend/pointwise_functions.hpp>

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

  static T value(T x, const Real* s) { return apply<functions::value>(x, s); }
  static T slope(T x, const Real* s) { return apply<functions::slope>(x, s); }
  static T slope_of_output(T y, const Real* s) { return apply<functions::slope_of_output>(y, s); }
  static T curvature(T x, const Real* s) { return apply<functions::curvature>(x, s); }

 private:
  template <class F>
  static T apply(T x, const Real* s) {
    if constexpr (has_function<F, L, T, Real>) {
      return call<F, L>(x, s);
    } else {
      static_assert(has_function<F, L, Real>,
                    "hepgan: a pointwise layer has value(x) and slope(x), or value(x, s) and slope(x, s)");
      alignas(64) Real r[V::width];
      V::store(r, x);
      for (Real& v : r) v = call<F, L>(v, s);
      return V::load(r);
    }
  }
};

}  // namespace hepgan::native
