// expects: hepgan: this is not an optimizer: optim/optimizer.hpp says what one is
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using optimizer = standard_gan;
#else
using optimizer = adam;
#endif
constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
int main() {
  gan<dcgan_generator<small>, dcgan_critic<small>, standard_gan, optimizer> g(4, {}, 1);
  return g.step(std::vector<float>(4 * 16 * 16)).critic_loss > 0 ? 0 : 1;
}
