// Both signs of what comes in, each rectified (Shang et al., arXiv:1603.05201): the activation of OT-GAN's critic.
#pragma once
#include <hepgan/layers/activations.hpp>
#include <hepgan/net/compose.hpp>

namespace hepgan {

/// relu(x) and relu(−x), channels one after another: twice as many as before.
using crelu = parallel<concat, relu, relu_of_minus>;

}  // namespace hepgan
