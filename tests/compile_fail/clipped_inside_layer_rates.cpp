// expects: hepgan: gradients are clipped around the layers' rates, gradient_clipped<lars>
#include <hepgan/optim/modifiers.hpp>
using namespace hepgan;

#ifdef FAULT
using optimizer = layerwise_adaptive<gradient_clipped<sgd>>;
#else
using optimizer = gradient_clipped<layerwise_adaptive<sgd>>;
#endif
int main() { return optimizer{}.trust > 0 ? 0 : 1; }
