// Two branches blended by a number that moves while a network grows: α of the new one, 1 − α of the old one.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

/// α·x. α is a run-time scalar, of this and of fade_out alike: see `fade`, net/grow.hpp. 1 at first: a network that has
/// grown.
struct fade_in : pointwise {
  static constexpr const char* name = "fade_in";
  static constexpr bool piecewise_linear = true;
  static constexpr int scalars = 1;
  static constexpr double defaults[] = {1};
  template <class T, class S>
  static T value(T x, const S* s) {
    return x * T(s[0]);
  }
  template <class T, class S>
  static T slope(T, const S* s) {
    return T(s[0]);
  }
};

/// (1 − α)·x.
struct fade_out : pointwise {
  static constexpr const char* name = "fade_out";
  static constexpr bool piecewise_linear = true;
  static constexpr int scalars = 1;
  static constexpr double defaults[] = {1};
  template <class T, class S>
  static T value(T x, const S* s) {
    return x * (T(1) - T(s[0]));
  }
  template <class T, class S>
  static T slope(T, const S* s) {
    return T(1) - T(s[0]);
  }
};

}  // namespace hepgan
