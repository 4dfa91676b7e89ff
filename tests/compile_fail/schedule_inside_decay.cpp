// expects: hepgan: a schedule goes around weight decay, scheduled<decoupled_decay<...>>
#include <hepgan/optim/modifiers.hpp>
#include <hepgan/optim/schedules.hpp>
using namespace hepgan;

#ifdef FAULT
using optimizer = decoupled_decay<scheduled<adam, half_life>>;
#else
using optimizer = scheduled<decoupled_decay<adam>, half_life>;
#endif
int main() { return optimizer{}.weight_decay > 0 ? 0 : 1; }
