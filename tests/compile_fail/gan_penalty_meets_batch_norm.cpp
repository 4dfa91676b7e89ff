// expects: hepgan: batch norm mixes the events of a batch and has no second-order kernel
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
using namespace hepgan;

#ifdef FAULT
using norm = batch_norm;
#else
using norm = no_norm;
#endif
constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
int main() {
  gan<dcgan_generator<small>, dcgan_critic<small, norm>, wasserstein, adam, gradient_penalty> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
