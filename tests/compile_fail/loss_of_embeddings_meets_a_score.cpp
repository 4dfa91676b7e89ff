// expects: hepgan: this loss wants a critic with an embedding as output, two numbers or more
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/optimal_transport.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int numbers = 1;
#else
constexpr int numbers = 2;
#endif
struct critic : sequential<shape{1, 16, 16}, dense<numbers, bias>> {};
using generator = dcgan_generator<dcgan_options{.size = 16, .channels = 1, .filters = 8, .noise = 16}>;
int main() {
  gan<generator, critic, optimal_transport> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
