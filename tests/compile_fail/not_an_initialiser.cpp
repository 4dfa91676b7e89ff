// expects: hepgan: this is not an initialiser: init/initialisers.hpp says what one is
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using draw = adam;
#else
using draw = he_uniform;
#endif
constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
int main() {
  gan<dcgan_generator<small>, dcgan_critic<small>> g(4, {}, 1, draw{});
  return g.batch() == 4 ? 0 : 1;
}
