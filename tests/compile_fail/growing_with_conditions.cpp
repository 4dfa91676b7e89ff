// expects: hepgan: networks that grow take no conditions
#include <hepgan/models/progressive.hpp>
#include <hepgan/train/progressive.hpp>
using namespace hepgan;

constexpr progressive_options options{.size = 8, .channels = 1, .filters = 4, .noise = 6};
struct told : progressive<options> {
  template <int Level>
  using generator = conditional<2, progressive_generator<options, Level>>;
};
#ifdef FAULT
using networks = told;
#else
using networks = progressive<options>;
#endif
int main() { return sizeof(progressive_gan<networks>) > 0 ? 0 : 1; }
