// expects: hepgan: this is not a reducer: reduce/local.hpp says what one is
#include <hepgan/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using reducer = adam;
#else
using reducer = local_reducer;
#endif
constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
int main() {
  gan<dcgan_generator<small>, dcgan_critic<small>, standard_gan, adam, no_penalty, no_penalty, reducer> g(4, {}, 1);
  return g.batch() == 4 ? 0 : 1;
}
