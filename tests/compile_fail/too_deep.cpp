// expects: fault::too_deep
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

template <int Levels>
struct nested : chain<nested<Levels - 1>> {};
template <>
struct nested<0> : relu {};

#ifdef FAULT
constexpr int levels = 17;
#else
constexpr int levels = 14;
#endif
struct net : sequential<shape{4}, nested<levels>> {};
int main() { return net::output.channels == 4 ? 0 : 1; }
