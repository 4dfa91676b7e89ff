// expects: fault::too_many_operations
#include <hepgan/models/dcgan.hpp>
using namespace hepgan;

template <class... Layers>
using five = chain<Layers..., Layers..., Layers..., Layers..., Layers...>;

#ifdef FAULT
struct net : sequential<shape{4}, five<five<five<relu>>>> {};
#else
struct net : sequential<shape{4}, five<five<relu>>> {};
#endif
int main() { return net::output.channels == 4 ? 0 : 1; }
