// expects: hepgan: this is not a loss: loss/loss.hpp says what one is
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using loss = adam;
#else
using loss = standard_gan;
#endif
constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
int main() {
  gan<dcgan_generator<small>, dcgan_critic<small>, loss> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
