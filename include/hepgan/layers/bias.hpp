// y = x + b, one number per channel (convolutions) or per element (dense). A part of its own: tangents skip it.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

struct channel_bias : bias_add {
  static constexpr const char* name = "bias";
  static constexpr bool per_pixel = false;
  static constexpr int weights(shape in) { return in.channels; }
};
struct element_bias : bias_add {
  static constexpr const char* name = "bias";
  static constexpr bool per_pixel = true;
  static constexpr int weights(shape in) { return in.size(); }
};

namespace detail {

template <class... Lists>
struct join_lists;
template <class... A>
struct join_lists<type_list<A...>> {
  using type = type_list<A...>;
};
template <class... A, class... B, class... Rest>
struct join_lists<type_list<A...>, type_list<B...>, Rest...> : join_lists<type_list<A..., B...>, Rest...> {};
template <class... Lists>
using joined = typename join_lists<Lists...>::type;

template <bool Condition, class L>
using if_any = std::conditional_t<Condition, type_list<L>, type_list<>>;

}  // namespace detail
}  // namespace hepgan
