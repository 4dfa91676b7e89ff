// A misfit as one readable sentence from the compiler: the walk's first fault becomes a type under one static_assert.
#pragma once
#include <hepgan/net/leaves.hpp>
#include <hepgan/net/visit.hpp>

namespace hepgan {

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

/// What a chain of layers comes to.
struct finding {
  fault problem;
  int leaf;
  shape in, output;
};
template <shape In, class... Layers>
struct checked {
  static constexpr finding found = [](const walk& b) {
    return finding{b.problem, b.fault_leaf, b.fault_in, b.tensors[b.here].extent};
  }(walk_over<In, backend::onednn, type_list<Layers...>>);
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

/// Whether a chain of layers fits, and a sentence where it does not. In a function: a class that holds a failed
/// sentence has no members any more for clang, which would miss them in a second one.
template <shape In, class... Layers>
constexpr bool fits_together() {
  static_assert(
      fits<verdict_of<In, Layers...>>,
      "hepgan: a layer does not fit what comes before it: misfit<why, layer<number, which>, receives<channels, "
      "height, width>>");
  return fits<verdict_of<In, Layers...>>;
}

/// False for a network whose misfit has been told already: it then counts as empty, and nothing more is said of it.
template <class N>
inline constexpr bool well_formed = true;
template <class N>
requires requires { N::well_formed; }
inline constexpr bool well_formed<N> = N::well_formed;

}  // namespace hepgan
