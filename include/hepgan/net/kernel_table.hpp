// The kernel of each operation, chosen at compile time by backend, kind of layer and real type: the only place where
// types of layers and backends meet. A missing kernel says so in a sentence.
#pragma once
#include <hepgan/backend/native/native.hpp>
#include <hepgan/backend/onednn/convolution.hpp>
#include <hepgan/backend/onednn/matrix_product.hpp>
#include <hepgan/backend/reference/batch_norm.hpp>
#include <hepgan/backend/reference/linear.hpp>
#include <hepgan/backend/reference/pointwise.hpp>
#include <hepgan/net/network.hpp>

namespace hepgan {

template <class Real, class Leaf, class Fused, op const& O>
constexpr kernel_functions<Real> kernel_for() {
  using arch = hepgan::arch::blocked<hepgan::arch::current, (std::max)(O.x.form.block, O.y.form.block)>;
  if constexpr (O.kind == op_kind::reorder)
    return native::reorder_kernel<Real>();
  else if constexpr (O.kind == op_kind::sum)
    return native::join_sum_kernel<Real>();
  else if constexpr (O.kind == op_kind::concat)
    return native::join_concat_kernel<Real>();
  else if constexpr (O.kind == op_kind::symmetry)
    return native::symmetry_kernel<Leaf, Real>();
  else if constexpr (O.where == backend::reference) {
    if constexpr (O.kind == op_kind::linear_map)
      return reference::linear_kernel<Leaf, Real>();
    else if constexpr (O.kind == op_kind::bias)
      return reference::bias_kernel<Real>();
    else if constexpr (O.kind == op_kind::normalisation)
      return reference::batch_norm_kernel<Real>();
    else
      return reference::pointwise_kernel<Leaf, Real>();
  } else if constexpr (O.kind == op_kind::linear_map) {
    static_assert(std::is_same_v<Real, float>,
                  "hepgan: oneDNN and native linear layers compute in float; other real "
                  "types run on backend::reference");
    if constexpr (O.where == backend::onednn)
      return is_matrix_product(O) ? onednn::matrix_product_kernel() : onednn::convolution_kernel();
    else if constexpr (is_matrix_product(O))
      return native::matrix_product_kernel<arch, Real>();
    else if constexpr (is_toom_cook(O))
      return native::toom_cook_kernel<arch, Real>();
    else if constexpr (O.geo.map == map_kind::circular_pad || O.geo.map == map_kind::circular_fold)
      return native::circular_kernel<hepgan::arch::current, Real>();
    else
      return native::one_channel_kernel<arch, Real, native::side_of(O)>();
  } else if constexpr (O.kind == op_kind::bias)
    return native::bias_kernel<arch, Real>();
  else if constexpr (O.kind == op_kind::normalisation)
    return native::batch_norm_kernel<arch, Fused, Real>();
  else
    return native::pointwise_kernel<hepgan::arch::current, Leaf, Real>();
}

/// The row of an operation, with how its weights are made where they are reparametrised.
template <class Real, class Leaf, class Fused, op const& O>
constexpr kernel_functions<Real> row_for() {
  auto row = kernel_for<Real, Leaf, Fused, O>();
  if constexpr (O.reparametrised()) {
    using how = typename Leaf::reparametrisation;
    row.weights = {&how::template prepare<Real>, &how::template finish<Real>, &how::template advance<Real>};
  }
  return row;
}

namespace detail {

template <network_type N, backend Where, int I>
struct op_at {
  static constexpr op value = net_of<N, Where>::walked.ops[I], few = for_few(value);
};

}  // namespace detail

/// One row per operation of the network, for many events at a time and for few.
template <network_type N, class Real, backend Where,
          class Rows = std::make_integer_sequence<int, net_of<N, Where>::ops>>
struct kernel_table;
template <network_type N, class Real, backend Where, int... I>
struct kernel_table<N, Real, Where, std::integer_sequence<int, I...>> {
  using leaves = typename net_of<N, Where>::leaves;
  template <int J>
  using at = detail::op_at<N, Where, J>;
  static constexpr kernel_functions<Real> rows[sizeof...(I)] = {
      row_for<Real, typename leaf_at<at<I>::value.leaf, leaves>::type,
              typename leaf_at<at<I>::value.fused, leaves>::type, at<I>::value>()...};
  static constexpr bool few_differ = ((at<I>::few.where != at<I>::value.where) || ...);
  template <int J>
  static constexpr kernel_functions<Real> row_for_few() {
    if constexpr (at<J>::few.where == at<J>::value.where)
      return rows[J];
    else
      return row_for<Real, typename leaf_at<at<J>::few.leaf, leaves>::type, void, at<J>::few>();
  }
  static constexpr kernel_functions<Real> rows_for_few[sizeof...(I)] = {row_for_few<I>()...};
};

}  // namespace hepgan
