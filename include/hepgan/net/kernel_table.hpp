// The kernel of each operation, chosen at compile time by backend, kind of layer and real type: the only place where
// types of layers and backends meet. A missing kernel says so in a sentence.
#pragma once
#include <algorithm>
#include <hepgan/backend/native/native.hpp>
#include <hepgan/backend/onednn/convolution.hpp>
#include <hepgan/backend/onednn/matrix_product.hpp>
#include <hepgan/backend/reference/batch_norm.hpp>
#include <hepgan/backend/reference/deviation.hpp>
#include <hepgan/backend/reference/event_norm.hpp>
#include <hepgan/backend/reference/linear.hpp>
#include <hepgan/backend/reference/pointwise.hpp>
#include <hepgan/net/network.hpp>

namespace hepgan {

/// All of an operation that its kernel is chosen by, beside the types of its layer and of what is fused: operations
/// that agree in it share one.
struct kernel_choice {
  op_kind kind;
  backend where;
  map_kernel map;     ///< of a linear map
  int block, window;  ///< the latter of a transform
  precision products;
  native::plane_side side;  ///< of a linear map of one channel
  bool reparametrised;
};
constexpr kernel_choice choice_for(const op& o, batch_kind events) {
  const map_kernel map = o.kind == op_kind::linear_map ? o.runs[events] : map_kernel::reference;
  return {o.kind,
          o.where,
          map,
          (std::max)(o.x.form.block, o.y.form.block),
          map == map_kernel::toom_cook ? o.geo.kernel[0] : 0,
          knows_precisions(map) ? o.products : precision::fp32,
          map == map_kernel::one_channel ? native::plane_side_of(o) : native::plane_side::any,
          o.reparametrised()};
}

/// The CPU, for the channel block of an operation alone.
template <kernel_choice K>
using cpu_for = arch::blocked<arch::current, K.block>;

template <class Real, class Leaf, kernel_choice K>
constexpr kernel_functions<Real> map_kernel_for() {
  constexpr map_kernel Kernel = K.map;
  static_assert(Kernel == map_kernel::reference || std::is_same_v<Real, float>,
                "hepgan: oneDNN and native linear layers compute in float; other real "
                "types run on backend::reference");
  if constexpr (Kernel == map_kernel::reference)
    return reference::linear_kernel<Leaf, Real>();
  else if constexpr (Kernel == map_kernel::onednn_convolution)
    return onednn::convolution_kernel();
  else if constexpr (Kernel == map_kernel::onednn_product)
    return onednn::matrix_product_kernel();
  else if constexpr (Kernel == map_kernel::product_tiles)
    return native::matrix_product_kernel<cpu_for<K>, Real>();
  else if constexpr (Kernel == map_kernel::toom_cook || Kernel == map_kernel::toom_cook_f2)
    return native::toom_cook_kernel<typename native::toom_cook::transform_for<Kernel, K.window>, cpu_for<K>, Real,
                                    K.products>();
  else if constexpr (Kernel == map_kernel::direct_convolution)
    return native::direct_convolution_kernel<cpu_for<K>, Real, K.products>();
  else if constexpr (Kernel == map_kernel::one_channel)
    return native::one_channel_kernel<cpu_for<K>, Real, K.side>();
  else if constexpr (Kernel == map_kernel::circular)
    return native::circular_kernel<arch::current, Real>();
  else if constexpr (Kernel == map_kernel::resampling)
    return native::resampling_kernel<cpu_for<K>, Real>();
}

template <class Real, class Leaf, class Fused, kernel_choice K>
constexpr kernel_functions<Real> kernel_for() {
  constexpr bool plainly = K.where == backend::reference;
  if constexpr (K.kind == op_kind::linear_map)
    return map_kernel_for<Real, Leaf, K>();
  else if constexpr (K.kind == op_kind::reorder)
    return native::reorder_kernel<Real>();
  else if constexpr (K.kind == op_kind::sum)
    return native::join_sum_kernel<Real>();
  else if constexpr (K.kind == op_kind::concat)
    return native::join_concat_kernel<Real>();
  else if constexpr (K.kind == op_kind::symmetry)
    return native::symmetry_kernel<Leaf, Real>();
  else if constexpr (K.kind == op_kind::bias && plainly)
    return reference::bias_kernel<Real>();
  else if constexpr (K.kind == op_kind::bias)
    return native::bias_kernel<cpu_for<K>, Real>();
  else if constexpr (K.kind == op_kind::normalisation && plainly)
    return reference::batch_norm_kernel<Real>();
  else if constexpr (K.kind == op_kind::normalisation)
    return native::batch_norm_kernel<cpu_for<K>, Fused, Real>();
  else if constexpr (K.kind == op_kind::event_norm && plainly)
    return reference::event_norm_kernel<Leaf, Real>();
  else if constexpr (K.kind == op_kind::event_norm)
    return native::event_norm_kernel<cpu_for<K>, Leaf, Real>();
  else if constexpr (K.kind == op_kind::deviation && plainly)
    return reference::deviation_kernel<Leaf, Real>();
  else if constexpr (K.kind == op_kind::deviation)
    return native::deviation_kernel<cpu_for<K>, Leaf, Real>();
  else if constexpr (plainly)
    return reference::pointwise_kernel<Leaf, Real>();
  else
    return native::pointwise_kernel<arch::current, Leaf, Real>();
}

template <class Leaf>
constexpr std::span<const double> defaults_of() {
  if constexpr (requires { Leaf::defaults; })
    return Leaf::defaults;
  else
    return {};
}

/// The row of an operation, with what its layers say of their scalars, and with how its weights are made where they are
/// reparametrised.
template <class Real, class Leaf, class Fused, kernel_choice K>
inline constexpr kernel_functions<Real> row_for = [] {
  auto row = kernel_for<Real, Leaf, Fused, K>();
  row.defaults = defaults_of<Leaf>(), row.fused_defaults = defaults_of<Fused>();
  if constexpr (K.reparametrised) {
    using how = typename Leaf::reparametrisation;
    row.weights.prepare = &how::template prepare<Real>, row.weights.finish = &how::template finish<Real>;
    if constexpr (requires { how::moves; }) {
      row.weights.begin = &how::template begin<Real>, row.weights.advance = &how::template advance<Real>;
      row.weights.moves = how::moves;
    }
  }
  return row;
}();

/// One row per operation of the network, for many events at a time and for few: rows that networks share.
template <network_type N, class Real, backend Where,
          class Rows = std::make_integer_sequence<int, net_of<N, Where>::ops>>
struct kernel_table;
template <network_type N, class Real, backend Where, int... I>
struct kernel_table<N, Real, Where, std::integer_sequence<int, I...>> {
 private:
  using network = net_of<N, Where>;
  static constexpr const auto& ops = network::operations;
  template <int Leaf>
  using leaf = typename leaf_at<Leaf, typename network::leaves>::type;
  template <batch_kind Events>
  static constexpr const kernel_functions<Real>* rows[sizeof...(I)]{
      &row_for<Real, leaf<ops[I].leaf>, leaf<ops[I].fused>, choice_for(ops[I], Events)>...};

 public:
  static constexpr bool few_differ = ((ops[I].runs[batch_kind::few] != ops[I].runs[batch_kind::many]) || ...);
  static constexpr const kernel_functions<Real>* const* of(batch_kind events) {
    if constexpr (few_differ)
      if (events == batch_kind::few) return rows<batch_kind::few>;
    return rows<batch_kind::many>;
  }
};

}  // namespace hepgan
