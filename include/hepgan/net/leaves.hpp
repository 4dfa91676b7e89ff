// The leaves of a composition as types, by their number in the walk.
#pragma once
#include <hepgan/core/type_list.hpp>
#include <hepgan/layers/kinds.hpp>
#include <utility>

namespace hepgan {

/// The leaves of a composition in the walk's order: a row each in the kernel table.
template <class L>
struct leaves_of {
  using type = type_list<L>;
};
template <class... Parts>
struct leaves_of<type_list<Parts...>> {
  using type = detail::joined<typename leaves_of<Parts>::type...>;
};
template <composite_layer L>
struct leaves_of<L> {
  using type = typename leaves_of<typename L::parts>::type;
};
template <composite_layer L>
requires requires { typename L::leaves; }  // it changes those of its parts
struct leaves_of<L> {
  using type = typename L::leaves;
};

namespace detail {

template <int I, class Leaf>
struct numbered {
  using type = Leaf;
};
template <class Numbers, class List>
struct numbered_leaves;
template <int... I, class... Leaves>
struct numbered_leaves<std::integer_sequence<int, I...>, type_list<Leaves...>> : numbered<I, Leaves>... {};
template <class... Leaves>
numbered_leaves<std::make_integer_sequence<int, sizeof...(Leaves)>, type_list<Leaves...>> with_numbers(
    type_list<Leaves...>);
template <int I, class Leaf>
numbered<I, Leaf> find(const numbered<I, Leaf>&);

}  // namespace detail

/// Leaf I of a list, by one overload among all; −1 is no leaf: a join, a reorder, nothing fused.
template <int I, class List>
struct leaf_at : decltype(detail::find<I>(detail::with_numbers(List{}))) {};
template <class List>
struct leaf_at<-1, List> {
  using type = void;
};

}  // namespace hepgan
