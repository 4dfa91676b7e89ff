// expects: hepgan: this is not an initialiser: init/initialisers.hpp says what one is
#include <hepgan/models/progressive.hpp>
#include <hepgan/train/progressive.hpp>
using namespace hepgan;

#ifdef FAULT
using draw = adam;
#else
using draw = he_uniform;
#endif
constexpr progressive_options small{.size = 8, .channels = 1, .filters = 4, .most = 8, .noise = 8};
int main() { return progressive_gan<progressive<small>>(4, {}, 1, draw{}).batch() == 4 ? 0 : 1; }
