// expects: hepgan: batch norm mixes the events of a batch and has no second-order kernel
#include <hepgan/models/dcgan.hpp>
#include <hepgan/net/input_gradient.hpp>
using namespace hepgan;

#ifdef FAULT
using norm = batch_norm;
#else
using norm = no_norm;
#endif
struct critic : dcgan_critic<dcgan_options{.size = 16}, norm> {};
int main() { return input_gradient<critic>(1).direction().size() == 256 ? 0 : 1; }
