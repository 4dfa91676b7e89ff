// expects: fault::shared_with_other_shape
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int channels = 3;
#else
constexpr int channels = 4;
#endif
struct net
    : sequential<shape{4, 8, 8}, shared<1, conv2d<channels, kernel<1>>>, shared<1, conv2d<channels, kernel<1>>>> {};
int main() { return net::output.width == 8 ? 0 : 1; }
