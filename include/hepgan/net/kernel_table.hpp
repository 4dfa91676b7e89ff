// The kernel of each operation, chosen at compile time by backend, kind of layer and real type: the only place where
// types of layers and backends meet. A missing kernel says so in a sentence.
#pragma once
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

/// The CPU, for the channel block of an operation alone.
template <op const& O>
using cpu_for = arch::blocked<arch::current, (std::max)(O.x.form.block, O.y.form.block)>;

template <class Real, class Leaf, op const& O, map_kernel Kernel>
constexpr kernel_functions<Real> map_kernel_for() {
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
    return native::matrix_product_kernel<cpu_for<O>, Real>();
  else if constexpr (Kernel == map_kernel::toom_cook)
    return native::toom_cook_kernel<typename native::toom_cook::transform_for<O.geo.stride[0]>, cpu_for<O>, Real>();
  else if constexpr (Kernel == map_kernel::direct_convolution)
    return native::direct_convolution_kernel<cpu_for<O>, Real>();
  else if constexpr (Kernel == map_kernel::one_channel)
    return native::one_channel_kernel<cpu_for<O>, Real, native::plane_side_of(O)>();
  else if constexpr (Kernel == map_kernel::circular)
    return native::circular_kernel<arch::current, Real>();
  else if constexpr (Kernel == map_kernel::resampling)
    return native::resampling_kernel<cpu_for<O>, Real>();
}

template <class Real, class Leaf, class Fused, op const& O, batch_kind Events>
constexpr kernel_functions<Real> kernel_for() {
  constexpr bool plainly = O.where == backend::reference;
  if constexpr (O.kind == op_kind::linear_map)
    return map_kernel_for<Real, Leaf, O, O.runs[Events]>();
  else if constexpr (O.kind == op_kind::reorder)
    return native::reorder_kernel<Real>();
  else if constexpr (O.kind == op_kind::sum)
    return native::join_sum_kernel<Real>();
  else if constexpr (O.kind == op_kind::concat)
    return native::join_concat_kernel<Real>();
  else if constexpr (O.kind == op_kind::symmetry)
    return native::symmetry_kernel<Leaf, Real>();
  else if constexpr (O.kind == op_kind::bias && plainly)
    return reference::bias_kernel<Real>();
  else if constexpr (O.kind == op_kind::bias)
    return native::bias_kernel<cpu_for<O>, Real>();
  else if constexpr (O.kind == op_kind::normalisation && plainly)
    return reference::batch_norm_kernel<Real>();
  else if constexpr (O.kind == op_kind::normalisation)
    return native::batch_norm_kernel<cpu_for<O>, Fused, Real>();
  else if constexpr (O.kind == op_kind::event_norm && plainly)
    return reference::event_norm_kernel<Leaf, Real>();
  else if constexpr (O.kind == op_kind::event_norm)
    return native::event_norm_kernel<cpu_for<O>, Leaf, Real>();
  else if constexpr (O.kind == op_kind::deviation && plainly)
    return reference::deviation_kernel<Leaf, Real>();
  else if constexpr (O.kind == op_kind::deviation)
    return native::deviation_kernel<cpu_for<O>, Leaf, Real>();
  else if constexpr (plainly)
    return reference::pointwise_kernel<Leaf, Real>();
  else
    return native::pointwise_kernel<arch::current, Leaf, Real>();
}

/// The row of an operation, with how its weights are made where they are reparametrised.
template <class Real, class Leaf, class Fused, op const& O, batch_kind Events>
constexpr kernel_functions<Real> row_for() {
  auto row = kernel_for<Real, Leaf, Fused, O, Events>();
  if constexpr (O.reparametrised()) {
    using how = typename Leaf::reparametrisation;
    row.weights.prepare = &how::template prepare<Real>, row.weights.finish = &how::template finish<Real>;
    if constexpr (requires { how::moves; }) {
      row.weights.begin = &how::template begin<Real>, row.weights.advance = &how::template advance<Real>;
      row.weights.moves = how::moves;
    }
  }
  return row;
}

namespace detail {

/// An object of its own: clang 14 takes no part of one as a template argument.
template <network_type N, backend Where, int I>
struct op_at {
  static constexpr op value = net_of<N, Where>::walked.ops[I];
};

}  // namespace detail

/// One row per operation of the network, for many events at a time and for few.
template <network_type N, class Real, backend Where,
          class Rows = std::make_integer_sequence<int, net_of<N, Where>::ops>>
struct kernel_table;
template <network_type N, class Real, backend Where, int... I>
struct kernel_table<N, Real, Where, std::integer_sequence<int, I...>> {
 private:
  using leaves = typename net_of<N, Where>::leaves;
  template <int J>
  static constexpr const op& at = detail::op_at<N, Where, J>::value;
  template <int J>
  static constexpr bool differs = at<J>.runs[batch_kind::few] != at<J>.runs[batch_kind::many];
  template <int J, batch_kind Events>
  static constexpr kernel_functions<Real> row() {
    if constexpr (Events == batch_kind::few && !differs<J>)
      return rows[J];
    else
      return row_for<Real, typename leaf_at<at<J>.leaf, leaves>::type, typename leaf_at<at<J>.fused, leaves>::type,
                     at<J>, Events>();
  }

 public:
  static constexpr bool few_differ = (differs<I> || ...);
  static constexpr kernel_functions<Real> rows[sizeof...(I)] = {row<I, batch_kind::many>()...};
  static constexpr kernel_functions<Real> rows_for_few[sizeof...(I)] = {row<I, batch_kind::few>()...};
};

}  // namespace hepgan
