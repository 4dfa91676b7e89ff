// The minibatch deviation as one more channel.
#pragma once
#include <hepgan/layers/minibatch_deviation.hpp>
#include <hepgan/net/compose.hpp>

namespace hepgan {

/// x, and one plane of how much it varies within its group of events.
template <int Group = 4>
using with_minibatch_deviation = parallel<concat, chain<>, minibatch_deviation<Group>>;

}  // namespace hepgan
