// A list of types, and joining such lists: all that compositions need of metaprogramming.
#pragma once
#include <type_traits>

namespace hepgan {

template <class...>
struct type_list {};

namespace detail {

template <class... Lists>
struct join_lists {
  using type = type_list<>;
};
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
