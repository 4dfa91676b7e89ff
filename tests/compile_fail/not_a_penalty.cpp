// expects: hepgan: this is not a penalty on a critic: penalty/penalty.hpp says what one is
#include <hepgan/dcgan.hpp>
#include <hepgan/penalty/r1.hpp>
using namespace hepgan;

#ifdef FAULT
using penalty = standard_gan;
#else
using penalty = r1;
#endif
constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
int main() {
  gan<dcgan_generator<small>, dcgan_critic<small, no_norm>, standard_gan, adam, penalty> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
