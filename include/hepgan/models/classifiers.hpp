// Small networks from an event to one score, for train/classifier_test.hpp: seconds of training for thousands of
// events.
#pragma once
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/network.hpp>

namespace hepgan {

/// Image → three convolutions of stride 2 and leaky ReLU → 32 numbers → one logit.
template <shape Image, int Filters = 16>
struct image_classifier : sequential<Image, conv2d<Filters, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                     conv2d<2 * Filters, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                     conv2d<2 * Filters, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                     dense<32, bias>, leaky_relu, dense<1, bias>> {};

/// Numbers → two hidden layers and leaky ReLU → one logit.
template <int Features, int Width = 64>
struct feature_classifier
    : sequential<shape{Features}, dense<Width, bias>, leaky_relu, dense<Width, bias>, leaky_relu, dense<1, bias>> {};

}  // namespace hepgan
