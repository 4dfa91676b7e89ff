// The two networks of a variational autoencoder over images: the convolutions of a DCGAN (arXiv:1511.06434), the
// critic's as an encoder, the generator's as a decoder.
#pragma once
#include <hepgan/models/dcgan.hpp>

namespace hepgan {
namespace detail {

template <dcgan_options O, class Levels = std::make_integer_sequence<int, halvings(O.size) - 1>>
struct vae_parts;
template <dcgan_options O, int... I>
struct vae_parts<O, std::integer_sequence<int, I...>> {
  static_assert(is_dcgan(O),
                "hepgan: a VAE's size is a power of two from 8 on, its channels, filters and noise positive");
  static constexpr int top = O.filters << sizeof...(I);
  template <class Norm, class Level = critic_levels<Norm>>
  using encoder =
      sequential<shape{O.channels, O.size, O.size}, typename Level::template first<O.filters>,
                 typename Level::template next<(O.filters << (I + 1))>..., conv2d<2 * O.noise, kernel<4>, bias>>;
  template <class... Output>
  using decoder = sequential<shape{O.noise}, conv2d_transpose<top, kernel<4>>, batch_norm, relu,
                             chain<up<(top >> (I + 1))>, batch_norm, relu>...,
                             conv2d_transpose<O.channels, kernel<4>, stride<2>, pad<1>, bias>, Output...>;
};

}  // namespace detail

/// Image → convolutions of stride 2, leaky ReLU 0.2 → mean and log variance of each latent number; with `batch_norm` in
/// place of `no_norm` on all but the first.
template <dcgan_options O = dcgan_options{}, class Norm = no_norm>
struct vae_encoder : detail::vae_parts<O>::template encoder<Norm> {};

/// z → transposed convolutions, batch norm and ReLU between → what a likelihood wants of each pixel: a mean, or a
/// logit. A layer may follow, such as a threshold at 0 for a Gaussian likelihood of energies: vae_decoder<O, relu>.
template <dcgan_options O = dcgan_options{}, class... Output>
struct vae_decoder : detail::vae_parts<O>::template decoder<Output...> {};

}  // namespace hepgan
