// expects: hepgan: this loss wants a critic with one score as output
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int scores = 2;
#else
constexpr int scores = 1;
#endif
struct critic : sequential<shape{1, 16, 16}, dense<scores, bias>> {};
using generator = dcgan_generator<dcgan_options{.size = 16, .channels = 1, .filters = 8, .noise = 16}>;
int main() {
  gan<generator, critic> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
