// A network's plan with its kernels, seen at run time: sweeps are ordinary loops over it, compiled once per real type.
#pragma once
#include <algorithm>
#include <hepgan/net/kernel_table.hpp>
#include <span>

namespace hepgan {

template <class Real>
struct program {
  batch_kind kind;  ///< of batches that the kernels are for
  std::span<const op> ops;
  std::span<const tensor> tensors;
  const bool (*accumulate)[2];
  const int *activation, *gradient;
  const piece* pieces;
  const kernel_functions<Real>* kernels;
  int input, output, size;  ///< tensors, and numbers per event
  int weights, state, scalars, batch_results;
  per<pass, std::int64_t> packed;

  bool reparametrised() const {
    return std::ranges::any_of(ops, [](const op& o) { return o.reparametrised(); });
  }
};

template <network_type N, class Real, use Mode, backend Where = default_backend<Real>>
program<Real> program_of(batch_kind kind = batch_kind::many) {
  using net = net_of<N, Where>;
  static constexpr const auto& p = net::template plan_for<Mode>;
  static_assert(sound(p), "hepgan: two live tensors of the memory plan overlap (a fault of hepgan's own)");
  constexpr const walk& w = net::walked;
  using table = kernel_table<N, Real, Where>;
  if (!table::few_differ) kind = batch_kind::many;
  const auto* kernels = kind == batch_kind::few ? table::rows_for_few : table::rows;
  return {kind,    p.ops,    p.tensors, p.accumulate, p.activation, p.gradient, p.pieces, kernels,
          p.input, p.output, p.size,    w.weights,    w.state,      w.scalars,  w.batch,  w.packed[kind]};
}

}  // namespace hepgan
