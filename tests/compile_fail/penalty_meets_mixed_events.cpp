// expects: hepgan: a layer of this critic mixes the events of a batch
#include <hepgan/models/dcgan.hpp>
#include <hepgan/net/input_gradient.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
using namespace hepgan;

#ifdef FAULT
using compared = with_minibatch_deviation<>;
#else
using compared = mixing_allowed<with_minibatch_deviation<>>;
#endif
struct critic : sequential<shape{1, 8, 8}, conv2d<4, kernel<3>>, chain<layer_norm, compared>, dense<1>> {};
int main() { return input_gradient<critic>(1).direction().size() == 64 ? 0 : 1; }
