// expects: hepgan: a network grows from the level below it
#include <hepgan/dcgan.hpp>
#include <hepgan/models/progressive.hpp>
using namespace hepgan;
constexpr progressive_options small{.size = 16, .channels = 1, .filters = 4, .most = 8, .noise = 8};
#ifdef FAULT
constexpr int from = 0;
#else
constexpr int from = 1;
#endif
int main() {
  const parameters<progressive_generator<small, from>> before;
  parameters<progressive_generator<small, 2>> after;
  grow(before, after);
}
