// expects: fault::shape_misfit, hepgan::layer<1, hepgan::relu>, hepgan::receives<16, 1, 1>
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int size = 8;
#else
constexpr int size = 16;
#endif
struct inside : sequential<shape{size}, relu, dense<3>> {};
struct net : sequential<shape{4, 4, 4}, dense<16>, inside> {};
int main() { return net::output.size() == 3 ? 0 : 1; }
