// The networks that are measured whole, RPV's and CosmoGAN, and events for them.
#pragma once
#include <hepgan/dcgan.hpp>
#include <hepgan/models/cosmogan.hpp>
#include <vector>

namespace hepgan::bench {

template <int Filters>
constexpr dcgan_options options{.size = 64, .channels = 1, .filters = Filters, .noise = 64};
template <int Filters, precision P = precision::fp32>
using generator = in_precision<P, dcgan_generator<options<Filters>>>;
template <int Filters, precision P = precision::fp32>
using critic = in_precision<P, dcgan_critic<options<Filters>>>;
template <int Filters, precision P = precision::fp32>
using training = gan<generator<Filters, P>, critic<Filters, P>, standard_gan, adam>;

using cosmogan_training = gan<cosmogan_generator<>, cosmogan_critic<>, standard_gan, adam>;

/// [n][size][size] pixels, 5 % of them not zero, as in a detector.
inline std::vector<float> sparse_images(int n, int size = 64) {
  std::vector<float> images(std::size_t(n) * size * size);
  const random_stream r(1, purpose::user);
  for (std::size_t i = 0; i < images.size(); ++i)
    images[i] = r.uniform(2 * i) < 0.05 ? 0.01f * float(r.uniform(2 * i + 1)) : 0.f;
  return images;
}

}  // namespace hepgan::bench
