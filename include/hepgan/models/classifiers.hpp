// Small networks from an event to one score, for train/classifier_test.hpp: seconds of training for thousands of
// events.
#pragma once
#include <cstdint>
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/network.hpp>

namespace hepgan {
namespace detail {

/// The primitive: each row of each channel → its sum, times a weight of its own.
struct row_sums : linear_map {
  static constexpr const char* name = "row_sums";
  static constexpr shape output(shape in) { return shape(in.channels * in.height); }
  static constexpr int weights(shape in) { return in.channels * in.height; }
  static constexpr std::int64_t multiply_adds(shape in) { return in.size(); }
  static constexpr int fan_in(shape in) { return in.width; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    for (int x = 0; x < in.size(); ++x) f(x / in.width, x, x / in.width);
  }
};

}  // namespace detail

/// Image → three convolutions of stride 2 and leaky ReLU → sums over φ → 32 numbers → one logit. A detector looks the
/// same from every φ: a network that knows needs far fewer events than one that has to learn it, and sees nothing of
/// how events lie in φ as a whole.
template <shape Image, int Filters = 16>
struct image_classifier : sequential<Image, conv2d<Filters, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                     conv2d<2 * Filters, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                     conv2d<2 * Filters, kernel<4>, stride<2>, pad<1>, bias>, leaky_relu,
                                     detail::row_sums, leaky_relu, dense<32, bias>, leaky_relu, dense<1, bias>> {};

/// Numbers → two hidden layers and leaky ReLU → one logit.
template <int Features, int Width = 64>
struct feature_classifier
    : sequential<shape{Features}, dense<Width, bias>, leaky_relu, dense<Width, bias>, leaky_relu, dense<1, bias>> {};

}  // namespace hepgan
