// expects: fault::not_a_layer
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using second = int;
#else
using second = relu;
#endif
struct net : sequential<shape{1, 8, 8}, conv2d<4, kernel<3>>, second> {};
int main() { return net::output.channels == 4 ? 0 : 1; }
