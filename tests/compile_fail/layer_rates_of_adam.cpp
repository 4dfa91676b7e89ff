// expects: hepgan: a rate for each layer scales its gradient, which this optimizer divides out again: sgd does not
#include <hepgan/optim/modifiers.hpp>
using namespace hepgan;

#ifdef FAULT
using inner = adam;
#else
using inner = sgd;
#endif
int main() { return layerwise_adaptive<inner>{}.trust > 0 ? 0 : 1; }
