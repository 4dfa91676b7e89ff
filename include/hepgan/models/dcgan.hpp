// DCGAN (Radford et al., arXiv:1511.06434) as the whole-detector GAN uses it: 4×4 kernels, no biases.
#pragma once
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/conditions.hpp>
#include <hepgan/net/network.hpp>

namespace hepgan {

struct dcgan_options {
  int size = 64;       ///< pixels per side, a power of two from 8 on
  int channels = 1;    ///< of the image
  int filters = 32;    ///< of the layer next to the image; doubled at each halving of the image
  int noise = 64;      ///< latent numbers
  int conditions = 0;  ///< of an event, beside the latent numbers, and beside the image
};

/// In place of a norm: the convolutions have biases instead.
struct no_norm {};

namespace detail {

constexpr int halvings(int size) {
  int n = 0;
  for (; size > 4; size /= 2) ++n;
  return n;
}
constexpr bool is_dcgan(dcgan_options o) {
  return o.size >= 8 && (o.size & (o.size - 1)) == 0 && o.channels > 0 && o.filters > 0 && o.noise > 0 &&
         o.conditions >= 0;
}

template <int C>
using up = conv2d_transpose<C, kernel<4>, stride<2>, pad<1>>;
template <int C, class... Bias>
using down = conv2d<C, kernel<4>, stride<2>, pad<1>, Bias...>;

/// Convolutions of a critic with a norm, as published without biases, and without.
template <class Norm>
struct critic_levels {
  template <int C>
  using first = chain<down<C>, leaky_relu>;
  template <int C>
  using next = chain<down<C>, Norm, leaky_relu>;
  template <int Scores>
  using last = conv2d<Scores, kernel<4>>;
};
template <>
struct critic_levels<no_norm> {
  template <int C>
  using first = chain<down<C, bias>, leaky_relu>;
  template <int C>
  using next = first<C>;
  template <int Scores>
  using last = conv2d<Scores, kernel<4>, bias>;
};

template <dcgan_options O, class Levels = std::make_integer_sequence<int, halvings(O.size) - 1>>
struct dcgan_parts;
template <dcgan_options O, int... I>
struct dcgan_parts<O, std::integer_sequence<int, I...>> {
  static_assert(is_dcgan(O),
                "hepgan: a DCGAN's size is a power of two from 8 on, its channels, filters and noise positive, its "
                "conditions 0 or more");
  static constexpr int top = O.filters << sizeof...(I);
  template <class... Output>
  using generator = sequential<shape{O.noise + O.conditions}, conv2d_transpose<top, kernel<4>>, batch_norm, relu,
                               chain<up<(top >> (I + 1))>, batch_norm, relu>..., up<O.channels>, Output...>;
  template <class Norm, int Planes, int Scores, class Level = critic_levels<Norm>>
  using critic =
      sequential<shape{O.channels + Planes, O.size, O.size}, typename Level::template first<O.filters>,
                 typename Level::template next<(O.filters << (I + 1))>..., typename Level::template last<Scores>>;
};

}  // namespace detail

/// z (and conditions) → transposed convolutions 4×4 … size×size, batch norm and ReLU between → sigmoid → threshold.
/// Another output stage replaces the last two: dcgan_generator<O, tanh>.
template <dcgan_options O = dcgan_options{}, class... Output>
struct dcgan_generator : detail::dcgan_parts<O>::template generator<Output...> {
  static constexpr int condition_planes = O.conditions;
};
template <dcgan_options O>
struct dcgan_generator<O> : dcgan_generator<O, sigmoid, threshold> {};

/// Image → convolutions of stride 2, leaky ReLU 0.2, norm on all but the first → one logit. With `no_norm`,
/// `layer_norm` or `instance_norm` events do not see each other, as penalties on the critic's gradient want.
template <dcgan_options O = dcgan_options{}, class Norm = batch_norm>
struct dcgan_critic : detail::dcgan_parts<O>::template critic<Norm, O.conditions, 1> {
  static constexpr int condition_planes = O.conditions;
};

/// The same, but that conditions project the score, and are no planes of the input.
template <dcgan_options O, class Norm = batch_norm>
struct dcgan_projection_critic
    : projection<O.conditions, typename detail::dcgan_parts<O>::template critic<Norm, 0, 1 + O.conditions>> {};

}  // namespace hepgan
