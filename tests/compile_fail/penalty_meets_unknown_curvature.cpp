// expects: hepgan: a layer of this critic has no second derivative
#include <hepgan/models/dcgan.hpp>
#include <hepgan/net/input_gradient.hpp>
using namespace hepgan;

struct squared : pointwise {
  template <class T>
  static T value(T x) {
    return x * x;
  }
  template <class T>
  static T slope(T x) {
    return T(2) * x;
  }
#ifndef FAULT
  template <class T>
  static T curvature(T) {
    return T(2);
  }
#endif
};
struct critic : sequential<shape{1, 8, 8}, squared, dense<1>> {};
int main() { return input_gradient<critic>(1).direction().size() == 64 ? 0 : 1; }
