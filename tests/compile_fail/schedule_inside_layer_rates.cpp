// expects: hepgan: a schedule goes around the layers' rates, scheduled<lars, ...>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
using namespace hepgan;

#ifdef FAULT
using optimizer = layerwise_adaptive<scheduled<sgd, half_life>>;
#else
using optimizer = scheduled<layerwise_adaptive<sgd>, half_life>;
#endif
int main() { return optimizer{}.trust > 0 ? 0 : 1; }
