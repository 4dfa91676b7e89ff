// expects: fault::shared_with_other_shape
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
using second = threshold;  // has no weights either, but a scalar
#else
using second = relu;
#endif
struct net : sequential<shape{4, 8, 8}, shared<1, relu>, shared<1, second>> {};
int main() { return net::output.width == 8 ? 0 : 1; }
