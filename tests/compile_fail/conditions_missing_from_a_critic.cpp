// expects: hepgan: the critic does not see the conditions that the generator takes
#include <hepgan/dcgan.hpp>
using namespace hepgan;

constexpr dcgan_options options{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
#ifdef FAULT
constexpr dcgan_options seen{.size = 16, .channels = 1, .filters = 8};
#else
constexpr dcgan_options seen = options;
#endif
int main() {
  gan<dcgan_generator<options>, dcgan_critic<seen>> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
