// expects: hepgan: a growing critic has one score as output: this loss wants embeddings
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/train/progressive.hpp>
using namespace hepgan;

#ifdef FAULT
using loss = optimal_transport;
#else
using loss = wasserstein;
#endif
constexpr progressive_options small{.size = 8, .channels = 1, .filters = 4, .most = 8, .noise = 8};
int main() { return progressive_gan<progressive<small>, loss>(4, {}, 1).batch() == 4 ? 0 : 1; }
