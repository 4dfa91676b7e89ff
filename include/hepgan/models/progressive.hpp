// Progressively grown networks (Karras et al., arXiv:1710.10196): level 0 makes images of 4×4, each level twice that.
#pragma once
#include <algorithm>
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/conditions.hpp>
#include <hepgan/net/grow.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <hepgan/net/network.hpp>

namespace hepgan {

struct progressive_options {
  int size = 64;       ///< pixels per side of the last level, a power of two from 8 on
  int channels = 1;    ///< of the image
  int filters = 32;    ///< of the layer next to the image of the last level; doubled at each halving …
  int most = 512;      ///< … up to so many
  int noise = 64;      ///< latent numbers
  int conditions = 0;  ///< of an event, beside the latent numbers, at every level
};

namespace detail {

constexpr int levels_of(progressive_options o) {
  int n = 0;
  for (int size = 4; size < o.size; size *= 2) ++n;
  return n;
}
constexpr bool is_progressive(progressive_options o, int level) {
  return o.size >= 8 && (o.size & (o.size - 1)) == 0 && o.channels > 0 && o.filters > 0 && o.most > 0 && o.noise > 1 &&
         o.conditions >= 0 && level >= 0 && level <= levels_of(o);
}
constexpr int filters_at(progressive_options o, int level) {
  int n = o.filters;
  for (int i = levels_of(o); i > level && n < o.most; --i) n *= 2;
  return (std::min)(n, o.most);
}

/// "level 3", "to image 3", "from image 3": what growing knows the layers by.
template <int Level>
inline constexpr text body_name = {{'l', 'e', 'v', 'e', 'l', ' ', char('0' + Level), '\0'}};
template <int Level>
inline constexpr text to_name = {{'t', 'o', ' ', 'i', 'm', 'a', 'g', 'e', ' ', char('0' + Level), '\0'}};
template <int Level>
inline constexpr text from_name = {{'f', 'r', 'o', 'm', ' ', 'i', 'm', 'a', 'g', 'e', ' ', char('0' + Level), '\0'}};

/// The last layer of a network has no activation after it, and a gain of 1.
template <class L>
using without_gain = reparametrised<equalised_learning_rate<gain::linear>, L>;
template <int C>
using kept_size = conv2d<C, kernel<3>, pad<1>, bias>;

template <progressive_options O, int Level>
struct generator_level {
  static constexpr int filters = filters_at(O, Level);
  using body = named<body_name<Level>, chain<nearest_up<2>, kept_size<filters>, leaky_relu, pixel_norm,
                                             kept_size<filters>, leaky_relu, pixel_norm>>;
  using to_image = named<to_name<Level>, without_gain<conv2d<O.channels, kernel<1>, bias>>>;
  using below = chain<typename generator_level<O, Level - 1>::below, typename generator_level<O, Level - 1>::body>;
  using image = parallel<sum, chain<body, to_image, fade_in>,
                         chain<typename generator_level<O, Level - 1>::to_image, nearest_up<2>, fade_out>>;
};
template <progressive_options O>
struct generator_level<O, 0> {
  static constexpr int filters = filters_at(O, 0);
  using body = named<body_name<0>, chain<pixel_norm, dense<shape{filters, 4, 4}, bias>, leaky_relu, pixel_norm,
                                         kept_size<filters>, leaky_relu, pixel_norm>>;
  using to_image = named<to_name<0>, without_gain<conv2d<O.channels, kernel<1>, bias>>>;
  using below = chain<>;
  using image = chain<body, to_image>;
};

template <progressive_options O, int Level, int Scores = 1>
struct critic_level {
  static constexpr int filters = filters_at(O, Level);
  using from_image = chain<named<from_name<Level>, conv2d<filters, kernel<1>, bias>>, leaky_relu>;
  using body =
      named<body_name<Level>,
            chain<kept_size<filters>, leaky_relu, kept_size<filters_at(O, Level - 1)>, average_pool<2>, leaky_relu>>;
  using below = critic_level<O, Level - 1, Scores>;
  using score = chain<
      parallel<sum, chain<from_image, body, fade_in>, chain<average_pool<2>, typename below::from_image, fade_out>>,
      typename below::rest>;
  using rest = chain<body, typename below::rest>;
};
template <progressive_options O, int Scores>
struct critic_level<O, 0, Scores> {
  static constexpr int filters = filters_at(O, 0);
  using from_image = chain<named<from_name<0>, conv2d<filters, kernel<1>, bias>>, leaky_relu>;
  using rest = chain<mixing_allowed<with_minibatch_deviation<4>>,
                     named<body_name<0>, chain<kept_size<filters>, leaky_relu, dense<filters, bias>, leaky_relu,
                                               without_gain<dense<Scores, bias>>>>>;
  using score = chain<from_image, rest>;
};
template <progressive_options O, int Level, int Planes, int Scores>
using scored_images =
    sequential<shape{O.channels + Planes, 4 << Level, 4 << Level},
               reparametrised<equalised_learning_rate<>, typename critic_level<O, Level, Scores>::score>>;

}  // namespace detail

/// z (and conditions) → images of 4·2^Level pixels per side: pixel norm, nearest-neighbour enlargement, 3×3
/// convolutions; the new level is faded in beside the one below. An output stage may follow: progressive_generator<O,
/// 3, threshold>.
template <progressive_options O, int Level, class... Output>
struct progressive_generator
    : sequential<shape{O.noise + O.conditions},
                 reparametrised<equalised_learning_rate<>, chain<typename detail::generator_level<O, Level>::below,
                                                                 typename detail::generator_level<O, Level>::image>>,
                 Output...> {
  static_assert(
      detail::is_progressive(O, Level),
      "hepgan: a progressive network's size is a power of two from 8 on, its filters and channels positive, its "
      "latent numbers at least 2, its conditions 0 or more, its level from 0 to that of its size");
  static constexpr int level = Level, condition_planes = O.conditions;
};

/// Images of 4·2^Level pixels per side → one score, with the deviation within groups of four events before the last
/// level: under a gradient penalty it says that it mixes events. Conditions are planes beside the image.
template <progressive_options O, int Level>
struct progressive_critic : detail::scored_images<O, Level, O.conditions, 1> {
  static constexpr int level = Level, condition_planes = O.conditions;
};

/// The same, but that conditions project the score, and are no planes of the input.
template <progressive_options O, int Level>
struct progressive_projection_critic : projection<O.conditions, detail::scored_images<O, Level, 0, 1 + O.conditions>> {
  static constexpr int level = Level;
};

/// All levels, for `progressive_gan`; Output: layers after the image.
template <progressive_options O, class... Output>
struct progressive {
  static constexpr int top = detail::levels_of(O);
  template <int Level>
  using generator = progressive_generator<O, Level, Output...>;
  template <int Level>
  using critic = progressive_critic<O, Level>;
};
template <progressive_options O, class... Output>
struct projected_progressive : progressive<O, Output...> {
  template <int Level>
  using critic = progressive_projection_critic<O, Level>;
};

}  // namespace hepgan
