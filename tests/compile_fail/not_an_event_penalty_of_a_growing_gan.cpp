// expects: hepgan: this is not a penalty on events: penalty/penalty.hpp says what one is
#include <hepgan/models/progressive.hpp>
#include <hepgan/train/progressive.hpp>
using namespace hepgan;

#ifdef FAULT
using event_penalty = adam;
#else
using event_penalty = no_penalty;
#endif
constexpr progressive_options small{.size = 8, .channels = 1, .filters = 4, .most = 8, .noise = 8};
int main() {
  return progressive_gan<progressive<small>, wasserstein, adam, gradient_penalty, event_penalty>(4, {}, 1).batch() == 4
             ? 0
             : 1;
}
