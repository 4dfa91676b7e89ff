// expects: fault::shape_misfit
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using first = conv2d<8, kernel<90>>;  // what trains it has nothing to add
#else
using first = conv2d<8, kernel<16>>;
#endif
struct critic : sequential<shape{1, 16, 16}, first, leaky_relu, conv2d<1, kernel<1>>> {};
using generator = dcgan_generator<dcgan_options{.size = 16, .channels = 1, .filters = 8, .noise = 16}>;
int main() {
  gan<generator, critic, standard_gan, adam> g(4, {}, 1);
  return g.step(std::vector<float>(4 * 16 * 16)).critic_loss > 0 ? 0 : 1;
}
