// expects: fault::weights_are_no_matrix
#include <hepgan/layers/spectral_norm.hpp>
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

struct three_of_four : linear_map {  // one weight per input
  static constexpr const char* name = "three_of_four";
  static constexpr shape output(shape) { return shape{3}; }
  static constexpr int weights(shape in) { return in.size(); }
  template <class F>
  static constexpr void terms(shape, F f) {
    for (int i = 0; i < 3; ++i) f(i, i, i);
  }
};
#ifdef FAULT
struct net : sequential<shape{4}, reparametrised<spectral_norm, three_of_four>> {};
#else
struct net : sequential<shape{3}, reparametrised<spectral_norm, three_of_four>> {};
#endif
int main() { return parameter_count<net> == 3 ? 0 : 1; }
