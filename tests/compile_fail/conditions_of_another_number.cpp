// expects: hepgan: the critic takes another number of conditions than the generator
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int seen = 1;
#else
constexpr int seen = 2;
#endif
constexpr dcgan_options options{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
struct critic : conditional<seen, sequential<shape{1 + seen, 16, 16}, dense<1, bias>>> {};
int main() {
  gan<dcgan_generator<options>, critic> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
