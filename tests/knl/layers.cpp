// oneDNN has no kernel for a CPU with AVX-512 F and CD alone but its slow reference: every layer runs on one of ours.
#include <cmath>
#include <hepgan/dcgan.hpp>
#include <hepgan/layers/layers.hpp>

#include "../support/catch.hpp"

using namespace hepgan;

static_assert(std::is_same_v<arch::current, arch::knl>);

namespace {

template <class N>
void runs_on_ours() {
  for (const int batch : {1, 64})
    for (const std::string& name : tape<N>(batch).implementations()) {
      CAPTURE(batch, name);
      CHECK((name.empty() || name == "product_tiles" || name.starts_with("toom_cook") || name == "direct_convolution" ||
             name == "one_channel" || name == "resampling"));
    }
}

}  // namespace

TEST_CASE("no layer for Knights Landing runs on oneDNN, in batches small or large") {
  runs_on_ours<dcgan_generator<>>();
  runs_on_ours<dcgan_critic<>>();
  runs_on_ours<sequential<shape{16, 9, 9}, conv2d<24, kernel<5>, stride<2>, pad<2>>, batch_norm, relu,
                          conv2d_transpose<8, kernel<3>, pad<1>>, dense<shape{16, 4, 4}>, nearest_up<2>,
                          conv2d<3, kernel<1>>, average_pool<2>>>();
}

TEST_CASE("a GAN trains on Knights Landing") {
  constexpr dcgan_options options{.size = 16, .channels = 1, .filters = 16, .noise = 16};
  gan<dcgan_generator<options>, dcgan_critic<options>, standard_gan, adam> gan(8, {}, 1);
  const std::vector<float> images(8 * 16 * 16, 0.1f);
  const auto first = gan.step(images);
  for (int i = 0; i < 3; ++i) gan.step(images);
  CHECK(gan.step(images).critic_loss < first.critic_loss);
}
