// expects: hepgan: networks that grow take the same conditions at every level, a critic those of its generator
#include <hepgan/models/progressive.hpp>
#include <hepgan/train/progressive.hpp>
using namespace hepgan;

constexpr progressive_options told{.size = 16, .channels = 1, .filters = 4, .noise = 6, .conditions = 2},
    untold{.size = 16, .channels = 1, .filters = 4, .noise = 6};
struct networks : progressive<told> {
#ifdef FAULT
  template <int Level>
  using critic = progressive_critic<untold, Level>;
#endif
};
int main() {
  progressive_gan<networks> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
