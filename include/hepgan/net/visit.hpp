// The composition engine: visits layers of any kind, however nested, and writes what it finds into a walk.
#pragma once
#include <hepgan/backend/statistics.hpp>
#include <hepgan/layers/kinds.hpp>
#include <hepgan/net/walk.hpp>

namespace hepgan {

template <class L>
constexpr op describe_leaf(shape in, shape out) {
  op o{};
  o.name = L::name;
  if constexpr (linear_layer<L>) {
    o.kind = op_kind::linear_map;
    if constexpr (requires { L::geo; }) o.geo = L::geo;
    if constexpr (requires { L::fan_in(in); })
      o.fan_in = L::fan_in(in);
    else
      o.fan_in = in.size();
    const std::int64_t pairs = in.channels * out.channels * o.geo.kernel[0] * o.geo.kernel[1];
    if constexpr (requires { L::multiply_adds(in); })
      o.multiply_adds = L::multiply_adds(in);
    else if (o.geo.map == map_kind::convolution)
      o.multiply_adds = pairs * out.pixels();
    else if (o.geo.map == map_kind::transposed_convolution)
      o.multiply_adds = pairs * in.pixels();
    else
      o.multiply_adds = L::weights(in);
  } else if constexpr (bias_layer<L>) {
    o.kind = op_kind::bias, o.bias_per_pixel = L::per_pixel;
  } else if constexpr (normalisation_layer<L>) {
    o.kind = op_kind::normalisation;
  } else if constexpr (event_norm_layer<L>) {
    o.kind = op_kind::event_norm;
  } else if constexpr (deviation_layer<L>) {
    o.kind = op_kind::deviation;
  } else if constexpr (symmetry_layer<L>) {
    o.kind = op_kind::symmetry;
  } else {
    o.kind = op_kind::pointwise;
  }
  return o;
}

/// What is wrong with a layer's options.
template <class Options>
constexpr fault fault_of() {
  if (!Options::all_known) return fault::option_of_another_layer;
  if (!Options::given_once) return fault::option_given_twice;
  if (!Options::in_range) return fault::option_out_of_range;
  return Options::wraps_a_pad ? fault::none : fault::circular_without_pad;
}

/// Visits a layer of any kind: composites walk their parts, a leaf becomes an operation.
template <class L>
constexpr void visit(walk& b, int index);

template <class... Parts>
constexpr void visit_parts(walk& b, type_list<Parts...>) {
  int index = 0;
  (visit<Parts>(b, index++), ...);
}

template <class L>
constexpr void visit(walk& b, int index) {
  if (!b.ok()) return;
  if constexpr (requires { L::describe(b, index); }) {
    L::describe(b, index);
  } else if constexpr (composite_layer<L>) {
    if constexpr (requires { L::input; })  // a network inside a network
      if (!(b.tensors[b.here].extent == L::input)) return b.fail(fault::shape_misfit, b.tensors[b.here].extent);
    if constexpr (requires { L::chosen::all_known; })
      if (const fault f = fault_of<typename L::chosen>(); f != fault::none) return b.fail(f, b.tensors[b.here].extent);
    b.enter(index);
    visit_parts(b, typename L::parts{});
    b.leave();
  } else if constexpr (primitive_layer<L>) {
    const shape in = b.tensors[b.here].extent, out = L::output(in);
    if (!out) return b.fail(fault::shape_misfit, in);
    int weights = 0, state = 0, scalars = 0, batch = 0;
    if constexpr (requires { L::weights(in); }) weights = L::weights(in);
    if constexpr (event_norm_layer<L>) weights = L::affine ? 2 * in.channels : 0;
    if constexpr (normalisation_layer<L>) state = L::state(in), batch = batch_statistics::size(in.channels);
    if constexpr (requires { L::scalars; }) scalars = L::scalars;
    b.enter(index);
    b.add(describe_leaf<L>(in, out), out, weights, state, scalars, batch);
    b.leave();
    ++b.leaf;
  } else {
    b.fail(fault::not_a_layer, b.tensors[b.here].extent);
  }
}

/// The walk over a chain of layers, made once for all that read it.
template <shape In, backend Where, class Layers>
inline constexpr walk walk_over = in_fitting_lanes(In, Where, [](walk& b) { visit_parts(b, Layers{}); });

}  // namespace hepgan
