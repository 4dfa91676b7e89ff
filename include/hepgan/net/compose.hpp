// Compositions: chain and sequential, parallel branches, and shared weights. Each may stand wherever a layer may.
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
  using parts = type_list<Layers...>;
  using fit = std::bool_constant<fits_together<In, Layers...>()>;
  static constexpr shape input = In, output = checked<In, Layers...>::found.output;
  static constexpr bool well_formed = fit::value;
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
    if (b.shared_count == walk::most_shared) return b.fail(fault::too_many_shared, in);
    b.shared[b.shared_count++] = {Key, in, begin, b.taken()};
  }
};

}  // namespace hepgan
