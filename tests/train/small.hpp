// A small GAN and events for it.
#pragma once
#include <hepgan/dcgan.hpp>
#include <vector>

namespace {

using namespace hepgan;

constexpr dcgan_options small{.size = 16, .channels = 1, .filters = 8, .noise = 16};
using generator = dcgan_generator<small>;
using critic = dcgan_critic<small>;
using small_gan = gan<generator, critic, standard_gan, adam>;

[[maybe_unused]] std::vector<float> images(int n) {
  std::vector<float> x(std::size_t(n) * generator::output.size());
  const random_stream r(11, purpose::user);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = r.uniform(2 * i) < 0.1 ? float(r.uniform(2 * i + 1)) : 0.f;
  return x;
}

}  // namespace
