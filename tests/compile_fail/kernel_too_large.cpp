// expects: fault::shape_misfit, hepgan::layer<1, hepgan::convolution<8,
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int size = 9;
#else
constexpr int size = 3;
#endif
struct net : sequential<shape{1, 8, 8}, chain<conv2d<4, kernel<3>>, chain<conv2d<8, kernel<size>, bias>, relu>>, relu> {
};
int main() { return net::output.channels == 8 ? 0 : 1; }
