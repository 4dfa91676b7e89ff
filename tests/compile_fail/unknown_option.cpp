// expects: fault::option_of_another_layer
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using option = relu;
#else
using option = stride<1>;
#endif
struct net : sequential<shape{4, 8, 8}, conv2d<2, kernel<3>, option>> {};
int main() { return net::output.channels == 2 ? 0 : 1; }
