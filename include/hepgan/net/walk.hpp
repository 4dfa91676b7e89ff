// What a walk over nested layers writes: a flat array of operations and tensors. It is no template, so each layer's
// description is instantiated once for all networks. It stops at the first misfit and remembers it.
#pragma once
#include <hepgan/backend/packed.hpp>
#include <hepgan/backend/select.hpp>

namespace hepgan {

enum class fault {
  none,
  shape_misfit,
  not_a_layer,
  branches_differ,
  shared_with_other_shape,
  too_many_shared,          ///< keys
  option_of_another_layer,  ///< or of none
  option_given_twice,
  option_out_of_range,    ///< kernel and stride are at least 1, padding at least 0, output_pad below the stride
  circular_without_pad,   ///< circular<axis> lets that axis' padding wrap around
  no_such_kernel,         ///< with_backend names a backend that has none for this layer
  weights_are_no_matrix,  ///< of outputs by all else, as reparametrised<…> wants them
  too_many_operations,
  too_deep
};

struct walk {
  static constexpr int capacity = 96;
  op ops[capacity]{};
  tensor tensors[capacity + 32]{};
  int count = 0, tensor_count = 0, here = 0, leaf = 0;
  int weights = 0, state = 0, scalars = 0, batch = 0;
  per<batch_kind, per<pass, std::int64_t>> packed{};  ///< numbers of weights in use
  int reorders = 0;
  int lanes;       ///< the network's channel block
  int fan_in = 1;  ///< of the linear map before, for its bias
  // what scopes change
  struct surroundings {
    backend wanted;
    bool insisted = false;  ///< another backend will not do
    bool precise = false;   ///< no transform domain
    precision products = precision::fp32;
    bool frozen = false;
    int (*state_of_weights)(const weight_extents&) = nullptr;  ///< of the reparametrisation that is on …
    const char* reparametrisation = nullptr;                   ///< … and its name
  };
  surroundings in;
  backend own;  ///< the network's
  static constexpr int deepest = deepest_nesting;
  const char* scope[deepest]{};
  std::int16_t path[deepest]{};
  int depth = 0;
  // what `shared` remembers: where the numbers of a key began and ended
  struct cursors {
    int weights, state, scalars;
    friend constexpr bool operator==(const cursors&, const cursors&) = default;
  };
  struct shared_block {
    int key;
    shape in;
    cursors begin, end;
  };
  static constexpr int most_shared = 16;
  shared_block shared[most_shared]{};
  int shared_count = 0;
  // the first misfit
  fault problem = fault::none;
  int fault_leaf = -1;
  shape fault_in{};

  constexpr walk(shape input, backend where, int lanes = arch::current::lanes) : lanes(lanes), in{where}, own(where) {
    tensors[tensor_count++] = {input, form_of(where, input)};
  }
  /// Where all runs that is no linear map.
  constexpr backend plain_work() const { return in.wanted == backend::reference ? in.wanted : backend::native; }
  constexpr layout form_of(backend where, shape s) const { return layout_for(where, s, lanes); }
  /// Images that would not fill such channel blocks: what is padded is computed in vain.
  constexpr int unfilled(int block) const {
    int n = 0;
    for (int t = 0; t < tensor_count; ++t)
      if (const shape s = tensors[t].extent; s.pixels() > 1 && s.channels > few_channels && s.channels % block) ++n;
    return n;
  }
  constexpr bool ok() const { return problem == fault::none; }
  /// `leaves_back`: 1 where the leaf at fault has been walked already.
  constexpr void fail(fault f, shape at, int leaves_back = 0) {
    if (ok()) problem = f, fault_in = at, fault_leaf = leaf - leaves_back;
  }
  constexpr void enter(int index, const char* name = nullptr) {
    if (depth < deepest)
      path[depth] = static_cast<std::int16_t>(index), scope[depth] = name;
    else
      fail(fault::too_deep, tensors[here].extent);
    ++depth;
  }
  constexpr void leave() { --depth; }

  constexpr int add_tensor(shape s, layout l) {
    tensors[tensor_count] = {s, l};
    return tensor_count++;
  }
  static constexpr range take(int& cursor, int count) {
    const range r{cursor, count};
    cursor += count;
    return r;
  }
  constexpr cursors taken() const { return {weights, state, scalars}; }
  constexpr void take_from(cursors c) { weights = c.weights, state = c.state, scalars = c.scalars; }

  /// Tensor t in layout l: itself, or a reordered copy.
  constexpr int in_layout(int t, layout l) {
    return tensors[t].form == l || tensors[t].extent.channels == 1 ? t : copy(t, l);
  }
  constexpr int copy(int t, layout l) {
    op o{};
    o.kind = op_kind::reorder, o.name = "reorder", o.where = backend::native;
    push(o, t, tensors[t].extent, l);
    ++reorders;
    return tensor_count - 1;
  }

  /// Appends an operation on tensor `from`; its output gets a number of its own.
  constexpr void push(const op& made, int from, shape out, layout form) {
    if (count == capacity) return fail(fault::too_many_operations, tensors[from].extent);
    op& o = ops[count++] = made;
    o.in[0] = from, o.x = tensors[from];
    if (o.in[1] >= 0) o.x2 = tensors[o.in[1]];
    o.out = add_tensor(out, form), o.y = tensors[o.out];
    o.depth = depth < deepest ? depth : deepest, o.frozen = in.frozen, o.insisted = in.insisted;
    for (int i = 0; i < o.depth; ++i) o.path[i] = path[i], o.scope[i] = scope[i];
  }

  /// Appends a leaf: chooses its kernels, brings its input into that backend's layout, takes its ranges.
  constexpr void add(op o, shape out, int weight_count, int state_count, int scalar_count, int batch_count) {
    const shape x = tensors[here].extent;
    const auto form = [&](backend where, shape s) { return layout_for(o, where, in.insisted, s, lanes); };
    o.x = {x, plain}, o.y = {out, plain};  // the shapes, by which layouts are chosen
    o.x.form = form(in.wanted, x), o.y.form = form(in.wanted, out);
    o.where = plain_work(), o.precise = in.precise, o.products = in.products;
    if (o.kind == op_kind::linear_map) {
      for (const batch_kind events : batch_kinds) o.runs[events] = select(in.wanted, in.insisted, o, events);
      o.where = backend_of(o.runs[batch_kind::many]);
    }
    if (in.insisted && o.kind == op_kind::linear_map && weight_count > 0 && o.where != in.wanted)
      return fail(fault::no_such_kernel, x);
    const layout lx = form(o.where, x), ly = form(o.where, out);
    here = in_layout(here, lx);
    if (!ok()) return;
    o.leaf = leaf;
    if (o.kind == op_kind::linear_map && weight_count > 0)
      fan_in = o.fan_in;
    else
      o.fan_in = fan_in;
    o.weights = take(weights, weight_count);
    if (in.reparametrisation && o.kind == op_kind::linear_map && weight_count > 0) {
      const weight_extents matrix = weight_extents_of(o);
      if (matrix.count() != weight_count) return fail(fault::weights_are_no_matrix, x);
      o.reparametrisation = in.reparametrisation, state_count = in.state_of_weights(matrix);
    }
    o.state = take(state, state_count);
    o.scalars = take(scalars, scalar_count), o.batch = take(batch, batch_count);
    push(o, here, out, ly);
    if (!ok()) return;
    here = ops[count - 1].out;
  }
  /// Places the weights in use, once all operations are what they stay.
  constexpr void place_packed() {
    for (int i = 0; i < count; ++i)
      for (const batch_kind kind : batch_kinds) {
        ops[i].packed_at[kind] = packed[kind];
        for (const pass p : passes) packed[kind][p] += round_up(packed_size(ops[i], ops[i].runs[kind], p));
      }
  }

  /// Joins the current tensor to `first`: a sum, or first's channels followed by the current one's.
  constexpr void join(op_kind kind, int first) {
    const shape a = tensors[first].extent, b = tensors[here].extent;
    const bool fits = kind == op_kind::sum ? a == b : a.height == b.height && a.width == b.width;
    if (!fits) return fail(fault::branches_differ, b, 1);
    const shape out = kind == op_kind::sum ? a : shape{a.channels + b.channels, a.height, a.width};
    const backend where = plain_work();
    const int left = in_layout(first, form_of(where, a)), right = in_layout(here, form_of(where, b));
    op o{};
    o.kind = kind, o.where = backend::native, o.in[1] = right, o.name = kind == op_kind::sum ? "sum" : "concat";
    push(o, left, out, form_of(where, out));
    here = tensor_count - 1;
  }
};

/// The walk in the lanes that a network gets: all of the CPU's, or one block of 8 for all where more images fill that;
/// on the reference nothing lies in blocks. visit_all(walk) fills one.
constexpr walk in_fitting_lanes(shape input, backend where, void (*visit_all)(walk&)) {
  walk wide(input, where);
  visit_all(wide);
  constexpr int narrower = 8;
  if (wide.lanes <= narrower || where == backend::reference) return wide;
  if (wide.ok() && wide.unfilled(wide.lanes) <= wide.unfilled(narrower)) return wide;
  walk narrow(input, where, narrower);
  visit_all(narrow);
  return narrow;
}

}  // namespace hepgan
