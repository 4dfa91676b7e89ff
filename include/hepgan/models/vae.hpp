// The two networks of a variational autoencoder over images: the convolutions of a DCGAN (arXiv:1511.06434), the
// critic's as an encoder, the generator's as a decoder.
#pragma once
#include <hepgan/models/dcgan.hpp>

namespace hepgan {
namespace detail {

/// A transposed convolution of a decoder; under a norm, as published, without a bias.
template <class Norm, class Up>
struct decoder_level {
  using type = chain<Up, Norm, relu>;
};
template <int C, class... Options>
struct decoder_level<no_norm, conv2d_transpose<C, Options...>> {
  using type = chain<conv2d_transpose<C, Options..., bias>, relu>;
};

template <dcgan_options O, class Levels = std::make_integer_sequence<int, halvings(O.size) - 1>>
struct vae_parts;
template <dcgan_options O, int... I>
struct vae_parts<O, std::integer_sequence<int, I...>> {
  static_assert(is_dcgan(O),
                "hepgan: a VAE's size is a power of two from 8 on, its channels, filters and noise positive, its "
                "conditions 0 or more");
  static constexpr int top = O.filters << sizeof...(I);
  template <class Norm, class Level = critic_levels<Norm>>
  using encoder =
      sequential<shape{O.channels + O.conditions, O.size, O.size}, typename Level::template first<O.filters>,
                 typename Level::template next<(O.filters << (I + 1))>..., conv2d<2 * O.noise, kernel<4>, bias>>;
  template <class Norm, class... Output>
  using decoder =
      sequential<shape{O.noise + O.conditions}, typename decoder_level<Norm, conv2d_transpose<top, kernel<4>>>::type,
                 typename decoder_level<Norm, up<(top >> (I + 1))>>::type...,
                 conv2d_transpose<O.channels, kernel<4>, stride<2>, pad<1>, bias>, Output...>;
};

}  // namespace detail

/// Image → convolutions of stride 2, leaky ReLU 0.2 → mean and log variance of each latent number; with `batch_norm` in
/// place of `no_norm` on all but the first. Conditions are planes beside the image.
template <dcgan_options O = dcgan_options{}, class Norm = no_norm>
struct vae_encoder : detail::vae_parts<O>::template encoder<Norm> {
  static constexpr int condition_planes = O.conditions;
};

/// z (and conditions) → transposed convolutions, ReLU between → what a likelihood wants of each pixel: a mean, or a
/// logit. A layer may follow. Without a norm it is one function of z; under batch norm it is another for latent numbers
/// that no event has.
template <dcgan_options O = dcgan_options{}, class Norm = no_norm, class... Output>
struct vae_decoder : detail::vae_parts<O>::template decoder<Norm, Output...> {
  static constexpr int condition_planes = O.conditions;
};

}  // namespace hepgan
