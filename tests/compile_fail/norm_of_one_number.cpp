// expects: fault::shape_misfit
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using norm = instance_norm;  // each channel is one number after a dense layer
#else
using norm = layer_norm;
#endif
struct net : sequential<shape{4}, dense<8>, norm, dense<1>> {};
int main() { return net::output.channels == 1 ? 0 : 1; }
