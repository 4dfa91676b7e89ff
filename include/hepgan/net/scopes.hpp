// Scopes: named, frozen, reparametrised, mixing_allowed, precise, in_precision, with_backend. Each changes how its part
// is walked, and may stand wherever a layer may; around a network it is one.
#pragma once
#include <hepgan/layers/spectral_norm.hpp>
#include <hepgan/net/conditions.hpp>
#include <hepgan/net/leaves.hpp>
#include <hepgan/net/verdict.hpp>
#include <hepgan/net/visit.hpp>

namespace hepgan {

/// A string as a template argument.
template <int N>
struct text {
  char value[N]{};
  constexpr text(const char (&from)[N]) {
    for (int i = 0; i < N; ++i) value[i] = from[i];
  }
};

namespace detail {

template <text Name>
inline constexpr text kept = Name;

/// Visits L under surroundings that `change` changes.
template <class L, class Change>
constexpr void visit_in(walk& b, int index, Change change) {
  const walk::surroundings before = b.in;
  change(b.in);
  visit<L>(b, index);
  b.in = before;
}

/// A level of a network that grows, in a scope, is that level.
template <class L>
struct as_level {};
template <class L>
requires requires { L::level; }
struct as_level<L> {
  static constexpr int level = L::level;
};
/// A network in a scope is a network.
template <class L>
struct as_network {};
template <class L>
requires requires { L::input, L::output; }
struct as_network<L> : as_level<L> {
  static constexpr shape input = L::input, output = L::output;
  static constexpr bool well_formed = hepgan::well_formed<L>;
  static constexpr int condition_planes = planes_of<L>, projected_conditions = projected_of<L>;
};

}  // namespace detail

/// named<"8", conv2d<…>>: its parameters are found under that name, which growing networks keep.
template <text Name, class L>
struct named : detail::as_network<L> {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    b.enter(index, detail::kept<Name>.value);
    visit<L>(b, 0);
    b.leave();
  }
};

/// Its weights get no gradient.
template <class L>
struct frozen : detail::as_network<L> {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    detail::visit_in<L>(b, index, [](walk::surroundings& in) { in.frozen = true; });
  }
};

namespace detail {

template <class T, class Leaf>
struct reparametrised_leaf : Leaf {
  using reparametrisation = T;
};
template <class Leaf>
concept takes_reparametrisation = linear_layer<Leaf> && !requires {
  typename Leaf::reparametrisation;
};  // inner ones win
template <class T, class List>
struct reparametrised_leaves;
template <class T, class... Leaves>
struct reparametrised_leaves<T, type_list<Leaves...>> {
  using type =
      type_list<std::conditional_t<takes_reparametrisation<Leaves>, reparametrised_leaf<T, Leaves>, Leaves>...>;
};

}  // namespace detail

/// The weights in use of its linear maps are a function of the canonical ones, w, and of running state; T, such as
/// spectral_norm, says how, and has a `name`:
///   T::state(extents)                            numbers of state for a map with these weights
///   T::prepare(extents, w, state, in_use)        the weights in use, made once per change
///   T::finish(extents, w, state, d_in_use, d)    adds the gradient of the canonical weights to d
/// and, where there is state:
///   T::begin(extents, state)                     as it is at first
///   T::advance(extents, w, state)                moves it …
///   T::moves                                     … at_step, as a step of its network begins, or at_update, once after
///                                                each change of the weights
template <class T, class L>
struct reparametrised : detail::as_network<L> {
  using parts = type_list<L>;
  using leaves = typename detail::reparametrised_leaves<T, typename leaves_of<L>::type>::type;
  static constexpr void describe(walk& b, int index) {
    detail::visit_in<L>(
        b, index, [](walk::surroundings& in) { in.state_of_weights = &T::state, in.reparametrisation = T::name; });
  }
};

/// Every linear map of it, a user's own too, divided by the largest singular value of its weights, as a matrix of
/// outputs by all else: of a convolution the reshaped kernel (arXiv:1802.05957), whose value bounds the map's norm up
/// to a factor.
template <class L>
struct spectral_normed : reparametrised<spectral_norm, L> {};

namespace detail {

template <class Leaf>
struct mixing_leaf : Leaf {
  static constexpr bool mixing_allowed = true;
};
template <class List>
struct mixing_leaves;
template <class... Leaves>
struct mixing_leaves<type_list<Leaves...>> {
  using type = type_list<std::conditional_t<mixes_events<Leaves>, mixing_leaf<Leaves>, Leaves>...>;
};

}  // namespace detail

/// Its layers may mix the events of a batch under a penalty on the critic's slope, which then is that of the sum of all
/// scores at each event: growing networks mean it so (Karras et al., arXiv:1710.10196).
template <class L>
struct mixing_allowed : detail::as_network<L> {
  using parts = type_list<L>;
  using leaves = typename detail::mixing_leaves<typename leaves_of<L>::type>::type;
  static constexpr void describe(walk& b, int index) { visit<L>(b, index); }
};

/// Its convolutions sum their products directly: a third or a quarter of the transform domain's errors, in about twice
/// the time.
template <class L>
struct precise : detail::as_network<L> {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    detail::visit_in<L>(b, index, [](walk::surroundings& in) { in.precise = true; });
  }
};

/// Its convolutions multiply numbers of this precision and sum floats, where native kernels run: in the transform
/// domain, and directly for few events, there but for the weight gradient. Layers from or to images of at most four
/// channels, windows that see all and what oneDNN runs multiply floats; weights, images, statistics and all else stay
/// floats.
template <precision Products, class L>
struct in_precision : detail::as_network<L> {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    detail::visit_in<L>(b, index, [](walk::surroundings& in) { in.products = Products; });
  }
};

/// Its linear maps run on the backend named, or the compiler says that they cannot (backend/select.hpp has what there
/// is). Where its layout differs from the neighbours', reorders are inserted and counted. A network that runs on the
/// reference, in double, stays there.
template <backend Where, class L>
struct with_backend : detail::as_network<L> {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    if (b.own == backend::reference) return visit<L>(b, index);
    detail::visit_in<L>(b, index, [](walk::surroundings& in) { in.wanted = Where, in.insisted = true; });
  }
};

}  // namespace hepgan
