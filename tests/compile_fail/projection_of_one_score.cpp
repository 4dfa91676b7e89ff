// expects: hepgan: a critic that projects K conditions has 1 + K numbers as output
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int scores = 1;
#else
constexpr int scores = 3;
#endif
constexpr dcgan_options options{.size = 16, .channels = 1, .filters = 8, .noise = 16, .conditions = 2};
struct critic : projection<2, sequential<shape{1, 16, 16}, dense<scores, bias>>> {};
int main() {
  gan<dcgan_generator<options>, critic> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
