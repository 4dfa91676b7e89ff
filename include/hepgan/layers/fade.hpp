// Two branches blended by a number that moves while a network grows: α of the new one, 1 − α of the old one.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

/// α·x of a branch that is new, (1 − α)·x of the one that was there. α is a run-time scalar of both: see `fade`,
/// net/grow.hpp. 1 at first: a network that has grown.
template <bool New>
struct faded : pointwise {
  static constexpr const char* name = New ? "fade_in" : "fade_out";
  static constexpr bool piecewise_linear = true;
  static constexpr int scalars = 1;
  static constexpr double defaults[] = {1};
  template <class T, class S>
  static T value(T x, const S* s) {
    return x * slope(x, s);
  }
  template <class T, class S>
  static T slope(T, const S* s) {
    return New ? T(s[0]) : T(1) - T(s[0]);
  }
};
using fade_in = faded<true>;
using fade_out = faded<false>;

}  // namespace hepgan
