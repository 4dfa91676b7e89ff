// The leaves of a composition as types, by their number in the walk.
#pragma once
#include <hepgan/core/type_list.hpp>
#include <hepgan/layers/kinds.hpp>

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

template <int I, class List>
struct leaf_at;
template <int I, class First, class... Rest>
struct leaf_at<I, type_list<First, Rest...>> : leaf_at<I - 1, type_list<Rest...>> {};
template <class First, class... Rest>
struct leaf_at<0, type_list<First, Rest...>> {
  using type = First;
};
template <class... Leaves>
struct leaf_at<-1, type_list<Leaves...>> {  // no leaf: a join, a reorder, nothing fused
  using type = void;
};
template <class First, class... Rest>
struct leaf_at<-1, type_list<First, Rest...>> {
  using type = void;
};

}  // namespace hepgan
