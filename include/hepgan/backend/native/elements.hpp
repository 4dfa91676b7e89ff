// A pointwise layer's functions on scalars and vectors, with or without run-time scalars.
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

template <class L, class T, class S>
T value_of(T x, const S* s) {
  if constexpr (requires { L::value(x, s); }) return T(L::value(x, s));
  else return T(L::value(x));
}
template <class L, class T, class S>
T slope_of(T x, const S* s) {
  if constexpr (requires { L::slope(x, s); }) return T(L::slope(x, s));
  else return T(L::slope(x));
}
template <class L, class T, class S>
inline constexpr bool from_output =
    requires(T y, const S* s) { L::slope_of_output(y, s); } || requires(T y) { L::slope_of_output(y); };
template <class L, class T, class S>
T slope_at(T x, T y, const S* s) {
  if constexpr (requires { L::slope_of_output(y, s); }) return T(L::slope_of_output(y, s));
  else if constexpr (requires { L::slope_of_output(y); }) return T(L::slope_of_output(y));
  else return slope_of<L>(x, s);
}

/// f(T, i) over [begin, end): by vectors where the layer takes them, then by scalars.
template <class L, class Real, class F>
void over(std::int64_t begin, std::int64_t end, F f) {
  std::int64_t i = begin;
  if constexpr (vectorised<L, Real>)
    for (; i + width<Real> <= end; i += width<Real>) f(vector_of<Real>{}, i);
  for (; i < end; ++i) f(Real{}, i);
}
template <class T, class Real>
T fetch(const Real* p) {
  if constexpr (std::is_same_v<T, Real>) return *p;
  else return T::load_unaligned(p);
}
template <class T, class Real>
void put(Real* p, T v) {
  if constexpr (std::is_same_v<T, Real>) *p = v;
  else v.store_unaligned(p);
}

}  // namespace hepgan::native
