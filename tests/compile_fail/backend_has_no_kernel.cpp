// expects: fault::no_such_kernel
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int channels = 1;  // of one channel, native windows are 8 pixels wide at most
#else
constexpr int channels = 32;
#endif
struct net : sequential<shape{32, 12, 12}, with_backend<backend::native, conv2d<channels, kernel<9>>>> {};
int main() { return net::output.width == 4 ? 0 : 1; }
