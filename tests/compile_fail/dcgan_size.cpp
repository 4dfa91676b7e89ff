// expects: hepgan: a DCGAN's size is a power of two from 8 on
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int size = 48;
#else
constexpr int size = 32;
#endif
int main() { return dcgan_generator<dcgan_options{.size = size}>::output.height == 32 ? 0 : 1; }
