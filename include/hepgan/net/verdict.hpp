// A misfit as one readable sentence from the compiler: the walk's first fault becomes a type under one static_assert.
#pragma once
#include <hepgan/net/walk.hpp>

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

template <int Channels, int Height, int Width>
struct receives;
template <int Number, class Layer>
struct layer;
template <fault What, class Layer, class Receives>
struct misfit;

/// True for every composition that fits; a misfit<fault, layer<number, type>, receives<c, h, w>> is none.
template <class>
inline constexpr bool fits = false;
template <>
inline constexpr bool fits<void> = true;

/// What a chain of layers comes to, by one walk on the reference.
struct finding {
  fault problem;
  int leaf;
  shape in, output;
};
template <shape In, class... Layers>
struct checked {
  static constexpr finding found = [] {
    walk b(In, backend::reference);
    visit_parts(b, type_list<Layers...>{});
    return finding{b.problem, b.fault_leaf, b.fault_in, b.tensors[b.here].extent};
  }();
};

template <class Checked, class Leaves, bool Good = Checked::found.problem == fault::none>
struct verdict {
  using type = void;
};
template <class Checked, class Leaves>
struct verdict<Checked, Leaves, false> {
  static constexpr finding found = Checked::found;
  using type = misfit<found.problem, layer<found.leaf, typename leaf_at<found.leaf, Leaves>::type>,
                      receives<found.in.channels, found.in.height, found.in.width>>;
};

/// void, or the misfit of a chain of layers.
template <shape In, class... Layers>
using verdict_of = typename verdict<checked<In, Layers...>, typename leaves_of<type_list<Layers...>>::type>::type;

}  // namespace hepgan
