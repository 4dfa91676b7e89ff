// expects: fault::option_out_of_range
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using more = output_pad<2>;  // a stride of 2 leaves one row open
#else
using more = output_pad<1>;
#endif
struct net : sequential<shape{4, 8, 8}, conv2d_transpose<2, kernel<3>, stride<2>, pad<1>, more>> {};
int main() { return net::output.width == 16 ? 0 : 1; }
