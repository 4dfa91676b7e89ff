// Compositions: chain and sequential, parallel branches, shared weights, and scopes that change how their part is
// walked. Each may stand wherever a layer may.
#pragma once
#include <algorithm>
#include <hepgan/net/verdict.hpp>

namespace hepgan {

/// Layers one after another.
template <class... Layers>
struct chain {
  using parts = type_list<Layers...>;
};

/// A network: a chain with the shape that it takes. A misfit is one static_assert, however deep.
template <shape In, class... Layers>
struct sequential {
  static_assert(
      fits<verdict_of<In, Layers...>>,
      "hepgan: a layer does not fit what comes before it: misfit<why, layer<number, which>, receives<channels, "
      "height, width>>");
  using parts = type_list<Layers...>;
  static constexpr shape input = In;
  static constexpr shape output = checked<In, Layers...>::found.output;
  static constexpr bool well_formed = fits<verdict_of<In, Layers...>>;
};

struct sum {  ///< branches of equal shape, added
  static constexpr op_kind kind = op_kind::sum;
};
struct concat {  ///< branches of equal extents, channels one after another
  static constexpr op_kind kind = op_kind::concat;
};

/// Every branch takes the same input; their outputs are joined.
template <class Join, class First, class... Rest>
struct parallel {
  using parts = type_list<First, Rest...>;
  static constexpr void describe(walk& b, int index) {
    b.enter(index);
    const int fork = b.here;
    visit<First>(b, 0);
    int joined = b.here, branch = 0;
    ((b.here = fork, visit<Rest>(b, ++branch), b.ok() ? b.join(Join::kind, joined) : void(), joined = b.here), ...);
    b.leave();
  }
};

/// Wherever the same key appears, the same weights are used (and their gradients added).
template <int Key, class L>
struct shared {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    const shape in = b.tensors[b.here].extent;
    for (int i = 0; i < b.shared_count; ++i)
      if (const auto& s = b.shared[i]; s.key == Key) {
        if (!(s.in == in)) return b.fail(fault::shared_with_other_shape, in);
        const walk::cursors before = b.taken(), end = s.end;
        b.take_from(s.begin);
        visit<L>(b, index);
        if (b.taken() != end) b.fail(fault::shared_with_other_shape, in, 1);
        // at its end already, where a shared part holds this one and is itself at its second use
        b.take_from({(std::max)(before.weights, end.weights), (std::max)(before.state, end.state),
                     (std::max)(before.scalars, end.scalars)});
        return;
      }
    const walk::cursors begin = b.taken();
    visit<L>(b, index);
    if (b.shared_count == walk::most_shared) return b.fail(fault::too_many_operations, in);
    b.shared[b.shared_count++] = {Key, in, begin, b.taken()};
  }
};

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
}

/// named<"8", conv2d<…>>: its parameters are found under that name, which growing networks keep.
template <text Name, class L>
struct named {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    b.enter(index, detail::kept<Name>.value);
    visit<L>(b, 0);
    b.leave();
  }
};

/// Its weights get no gradient.
template <class L>
struct frozen {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    const bool before = b.frozen;
    b.frozen = true;
    visit<L>(b, index);
    b.frozen = before;
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
///   T::state(extents)                            numbers of state for a map with these weights, all 1 at first
///   T::prepare(extents, w, state, in_use)        the weights in use, made once per change
///   T::finish(extents, w, state, d_in_use, d)    adds the gradient of the canonical weights to d
///   T::advance(extents, w, state)                moves the state, at the first commit after a change
template <class T, class L>
struct reparametrised {
  using parts = type_list<L>;
  using leaves = typename detail::reparametrised_leaves<T, typename leaves_of<L>::type>::type;
  static constexpr void describe(walk& b, int index) {
    const auto before = b.state_of_weights;
    const char* name = b.reparametrisation;
    b.state_of_weights = &T::state, b.reparametrisation = T::name;
    visit<L>(b, index);
    b.state_of_weights = before, b.reparametrisation = name;
  }
};

/// Its linear maps run on the backend named, or the compiler says that they cannot: oneDNN has nothing for one channel,
/// native nothing for many. Where its layout differs from the neighbours', reorders are inserted and counted. A network
/// that runs on the reference, in double, stays there.
template <backend Where, class L>
struct with_backend {
  using parts = type_list<L>;
  static constexpr void describe(walk& b, int index) {
    if (b.own == backend::reference) return visit<L>(b, index);
    const backend before = b.wanted;
    const bool insisted = b.insisted;
    b.wanted = Where, b.insisted = true;
    visit<L>(b, index);
    b.wanted = before, b.insisted = insisted;
  }
};

}  // namespace hepgan
