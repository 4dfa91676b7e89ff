// expects: fault::option_given_twice
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using other = kernel<5>;
#else
using other = stride<1>;
#endif
struct net : sequential<shape{4, 8, 8}, conv2d<2, kernel<3>, other>> {};
int main() { return net::output.width == 6 ? 0 : 1; }
