// Pointwise layers. Each is written once for scalars and SIMD vectors; slopes come from the output, so that they run in
// place. What is not a number stays so, and reaches the loss.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

struct relu : pointwise {
  static constexpr const char* name = "relu";
  static constexpr bool piecewise_linear = true;
  template <class T>
  static T value(T x) {
    using maths::select;
    return select(x <= T(0), T(0), x);
  }
  template <class T>
  static T slope(T x) {
    using maths::select;
    return select(x > T(0), T(1), T(0));
  }
  template <class T>
  static T slope_of_output(T y) {
    return slope(y);
  }
};

/// relu(−x): with relu, what crelu is made of (net/crelu.hpp).
struct relu_of_minus : pointwise {
  static constexpr const char* name = "relu_of_minus";
  static constexpr bool piecewise_linear = true;
  template <class T>
  static T value(T x) {
    using maths::select;
    return select(x >= T(0), T(0), -x);
  }
  template <class T>
  static T slope(T x) {
    using maths::select;
    return select(x < T(0), T(-1), T(0));
  }
  template <class T>
  static T slope_of_output(T y) {
    using maths::select;
    return select(y > T(0), T(-1), T(0));
  }
};

namespace detail {

/// "leaky_relu", or "leaky_relu_1/10" for another slope than 1/5.
template <int Numerator, int Denominator>
struct slope_text {
  char value[40]{};
  constexpr slope_text() {
    int at = 0;
    for (const char* c = "leaky_relu"; *c; ++c) value[at++] = *c;
    if (Numerator == 1 && Denominator == 5) return;
    value[at++] = '_', at = number(at, Numerator), value[at++] = '/', at = number(at, Denominator);
  }
  constexpr int number(int at, int n) {
    int digits = 1;
    for (int rest = n; rest >= 10; rest /= 10) ++digits;
    for (int i = digits; i-- > 0; n /= 10) value[at + i] = static_cast<char>('0' + n % 10);
    return at + digits;
  }
};
template <int Numerator, int Denominator>
inline constexpr slope_text<Numerator, Denominator> slope_name{};

}  // namespace detail

/// x > 0 ? x : x/Denominator; 1/5 = 0.2 is DCGAN's (Radford et al., arXiv:1511.06434).
template <int Numerator = 1, int Denominator = 5>
struct leaky_relu_of : pointwise {
  static constexpr const char* name =
      detail::slope_name<Numerator, Denominator>.value;  // a checkpoint knows it by that
  static constexpr bool piecewise_linear = true;
  static_assert(Numerator > 0 && Denominator > 0, "hepgan: a leaky_relu's slope must be positive");
  template <class T>
  static T value(T x) {
    using maths::select;
    return select(x > T(0), x, x * T(double(Numerator) / Denominator));
  }
  template <class T>
  static T slope(T x) {
    using maths::select;
    return select(x > T(0), T(1), T(double(Numerator) / Denominator));
  }
  template <class T>
  static T slope_of_output(T y) {
    return slope(y);
  }
};
using leaky_relu = leaky_relu_of<>;

struct tanh : pointwise {
  static constexpr const char* name = "tanh";
  template <class T>
  static T value(T x) {
    using std::tanh;
    return tanh(x);
  }
  template <class T>
  static T slope(T x) {
    return slope_of_output(value(x));
  }
  template <class T>
  static T slope_of_output(T y) {
    return T(1) - y * y;
  }
  template <class T>
  static T curvature(T x) {
    const T y = value(x);
    return T(-2) * y * (T(1) - y * y);
  }
};

struct sigmoid : pointwise {
  static constexpr const char* name = "sigmoid";
  template <class T>
  static T value(T x) {
    using std::exp;
    return T(1) / (T(1) + exp(-x));
  }
  template <class T>
  static T slope(T x) {
    return slope_of_output(value(x));
  }
  template <class T>
  static T slope_of_output(T y) {
    return y * (T(1) - y);
  }
  template <class T>
  static T curvature(T x) {
    const T y = value(x);
    return y * (T(1) - y) * (T(1) - T(2) * y);
  }
};

/// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|), which neither overflows nor cancels.
struct softplus : pointwise {
  static constexpr const char* name = "softplus";
  template <class T>
  static T value(T x) {
    using std::abs, std::exp, std::log1p, maths::select;
    return select(x > T(0), x, T(0)) + log1p(exp(-abs(x)));
  }
  template <class T>
  static T slope(T x) {
    return sigmoid::value(x);
  }
  template <class T>
  static T slope_of_output(T y) {
    using std::expm1;
    return -expm1(-y);
  }
  template <class T>
  static T curvature(T x) {
    const T s = sigmoid::value(x);
    return s * (T(1) - s);
  }
};

/// The thresholded output: y = x > t ? x : 0, strict, gradient zero below. t is a run-time scalar, in units of the
/// image, at least 0; 500 MeV / image_norm for calorimeter images.
struct threshold : pointwise {
  static constexpr const char* name = "threshold";
  static constexpr bool piecewise_linear = true;
  static constexpr int scalars = 1;
  static constexpr double defaults[] = {1.25e-4};
  template <class T, class S>
  static T value(T x, const S* s) {
    using maths::select;
    return select(x <= T(s[0]), T(0), x);
  }
  template <class T, class S>
  static T slope(T x, const S* s) {
    using maths::select;
    return select(x > T(s[0]), T(1), T(0));
  }
  template <class T, class S>
  static T slope_of_output(T y, const S* s) {
    return slope(y, s);
  }
};

}  // namespace hepgan
