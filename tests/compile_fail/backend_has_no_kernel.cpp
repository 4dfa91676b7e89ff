// expects: fault::no_such_kernel
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int channels = 32;
#else
constexpr int channels = 1;
#endif
struct net : sequential<shape{32, 8, 8}, with_backend<backend::native, conv2d<channels, kernel<3>>>> {};
int main() { return net::output.width == 6 ? 0 : 1; }
