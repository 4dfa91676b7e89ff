// expects: fault::branches_differ
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int channels = 5;
#else
constexpr int channels = 4;
#endif
struct net : sequential<shape{4, 8, 8}, parallel<sum, chain<>, conv2d<channels, kernel<3>, pad<1>>>> {};
int main() { return net::output.channels == 4 ? 0 : 1; }
