// The kinds of layer, as concepts, and the maths that a layer may use on scalars and on vectors alike.
#pragma once
#include <cmath>
#include <concepts>
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/core/type_list.hpp>
#include <type_traits>

namespace hepgan {

/// y = W·x. The layer says `output(in)`, `weights(in)` and `terms(in, f)`, calling f(w, x, y) for every product.
/// From that the reference backend has forward, data gradient and weight gradient. Optional: `fan_in(in)` for
/// initialisers, `multiply_adds(in)` where that is not one per weight, `fixed_weight` where that of w = −1 is not 1.
struct linear_map {
  static constexpr const char* name = "linear_map";
};
/// y = f(x), number by number: `value(x)` and `slope(x)`, templates or of one type; with run-time scalars, a second
/// argument `const T* s`, `scalars`, their number, and the array `defaults`. Optional `slope_of_output(y)` lets the
/// layer run in place; `piecewise_linear`, if true, or `curvature(x)` lets a gradient penalty pass. Both
/// are finite for any finite x: padding lanes hold such. `random`, if true, makes it dropout's kind: a mask drawn by
/// (seed, event, element), no value or slope.
struct pointwise {
  static constexpr const char* name = "pointwise";
  static constexpr int scalars = 0;
  static constexpr bool piecewise_linear = false;
  static constexpr shape output(shape in) { return in; }
};
/// y is x with the pixels of each event moved by an element that is drawn for it by (seed, event), in training and at
/// inference; all channels move together. The layer says how many `elements(in)` there are and which pixel of x,
/// `source(in, element, h, w)`, comes to (h, w): for one element, each pixel once.
struct symmetry {
  static constexpr const char* name = "symmetry";
  static constexpr shape output(shape in) { return in; }
};
/// Statistics over the batch; hand-written kernels, none of second order.
struct normalisation {
  static constexpr bool mixes_events = true;
  static constexpr shape output(shape in) { return in; }
};
/// y = γ(x − μ)/√(v + ε) + β by groups of an event's own numbers. `over`: which groups; `centred`: μ is the group's
/// mean, else 0; `averaged`: v is the mean of (x − μ)², else the sum; `affine`: γ and β are weights {γ[c], β[c]}, else
/// 1 and 0.
struct event_norm {
  static constexpr const char* name = "event_norm";
  static constexpr grouping over = grouping::event;
  static constexpr bool centred = true, averaged = true, affine = false;
  static constexpr double epsilon = 1e-5;
  static constexpr shape output(shape in) { return in; }
};
/// One plane that says how much the events of a `group` of the batch differ.
struct deviation {
  static constexpr bool mixes_events = true;
  static constexpr double epsilon = 1e-8;
  static constexpr shape output(shape in) { return {1, in.height, in.width}; }
};
/// y = x + b.
struct bias_add {
  static constexpr shape output(shape in) { return in; }
};

template <class L>
concept linear_layer = std::derived_from<L, linear_map>;
template <class L>
concept pointwise_layer = std::derived_from<L, pointwise>;
template <class L>
concept symmetry_layer = std::derived_from<L, symmetry>;
template <class L>
concept normalisation_layer = std::derived_from<L, normalisation>;
template <class L>
concept event_norm_layer = std::derived_from<L, event_norm>;
template <class L>
concept deviation_layer = std::derived_from<L, deviation>;
template <class L>
concept bias_layer = std::derived_from<L, bias_add>;
template <class L>
concept primitive_layer = linear_layer<L> || pointwise_layer<L> || symmetry_layer<L> || normalisation_layer<L> ||
    event_norm_layer<L> || deviation_layer<L> || bias_layer<L>;
/// Whether what an event becomes depends on the other events of its batch.
template <class L>
inline constexpr bool mixes_events = false;
template <class L>
requires requires { L::mixes_events; }
inline constexpr bool mixes_events<L> = L::mixes_events;
/// A composition: its parts in order, and how it walks them.
template <class L>
concept composite_layer = requires {
  typename L::parts;
};

namespace maths {

/// a where the condition holds, else b. SIMD types bring their own `select`, found by argument.
template <std::floating_point T>
constexpr T select(bool condition, T a, T b) {
  return condition ? a : b;
}

}  // namespace maths
}  // namespace hepgan
