// expects: fault::circular_without_pad
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using around = pad<1, 0>;
#else
using around = pad<0, 1>;
#endif
struct net : sequential<shape{4, 8, 8}, conv2d<2, kernel<3>, around, circular<axis::phi>>> {};
int main() { return net::output.width == 8 ? 0 : 1; }
