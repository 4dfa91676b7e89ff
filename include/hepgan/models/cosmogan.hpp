// CosmoGAN (Mustafa et al., arXiv:1706.02390): a DCGAN of 5×5 windows for maps of weak-lensing convergence, with
// biases, and dense layers where the image is a sixteenth of its size.
#pragma once
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/network.hpp>

namespace hepgan {

struct cosmogan_options {
  int size = 256;    ///< pixels per side, a multiple of 16
  int filters = 64;  ///< of the layer next to the map; doubled at each halving of the image
  int noise = 64;    ///< latent numbers
};

namespace detail {

/// The map is twice the small image: of the padding of 2, TensorFlow's "SAME" mirrored, one pixel is never read.
template <int C>
using up_by_five = conv2d_transpose<C, kernel<5>, stride<2>, pad<2>, output_pad<1>, bias>;
template <int C>
using down_by_five = conv2d<C, kernel<5>, stride<2>, pad<2>, bias>;

template <cosmogan_options O>
struct cosmogan_parts {
  static_assert(O.size >= 16 && O.size % 16 == 0 && O.filters > 0 && O.noise > 0,
                "hepgan: a CosmoGAN's size is a multiple of 16, its filters and noise positive");
  static constexpr int f = O.filters, least = O.size / 16;
  using generator = sequential<shape{O.noise}, dense<shape{8 * f, least, least}, bias>, batch_norm, relu,
                               up_by_five<4 * f>, batch_norm, relu, up_by_five<2 * f>, batch_norm, relu, up_by_five<f>,
                               batch_norm, relu, up_by_five<1>, tanh>;
  using critic = sequential<shape{1, O.size, O.size}, down_by_five<f>, leaky_relu, down_by_five<2 * f>, batch_norm,
                            leaky_relu, down_by_five<4 * f>, batch_norm, leaky_relu, down_by_five<8 * f>, batch_norm,
                            leaky_relu, dense<1, bias>>;
};

}  // namespace detail

/// z → dense → transposed convolutions to size×size, batch norm and ReLU between → tanh.
template <cosmogan_options O = cosmogan_options{}>
struct cosmogan_generator : detail::cosmogan_parts<O>::generator {};

/// Map → convolutions, leaky ReLU 0.2, batch norm on all but the first → dense → one logit.
template <cosmogan_options O = cosmogan_options{}>
struct cosmogan_critic : detail::cosmogan_parts<O>::critic {};

}  // namespace hepgan
