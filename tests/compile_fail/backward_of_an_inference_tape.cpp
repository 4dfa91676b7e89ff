// expects: hepgan: a tape for inference keeps nothing for a backward pass
#include <hepgan/models/dcgan.hpp>
#include <hepgan/net/tape.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr use mode = use::inference;
#else
constexpr use mode = use::training;
#endif
struct net : sequential<shape{8}, dense<4, bias>> {};
int main() {
  parameters<net> p;
  tape<net, float, mode> t(2);
  t.forward(p);
  t.backward(p, nullptr, true);
}
