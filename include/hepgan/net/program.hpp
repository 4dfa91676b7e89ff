// A network's plan with its kernels, seen at run time: sweeps are ordinary loops over it, compiled once per real type.
#pragma once
#include <algorithm>
#include <hepgan/net/conditions.hpp>
#include <hepgan/net/kernel_table.hpp>
#include <span>
#include <string_view>

namespace hepgan {

/// Whether networks of these layers have the same weights: one network, or a shared library's own copy of it, loaded
/// without the program's symbols.
inline bool same_layers(std::span<const op> a, std::span<const op> b) {
  const auto text = [](const char* name) { return std::string_view(name ? name : ""); };
  const auto same = [&](const op& l, const op& r) {
    return text(l.name) == text(r.name) && text(l.reparametrisation) == text(r.reparametrisation) &&
           l.x.extent == r.x.extent && l.y.extent == r.y.extent && l.geo == r.geo && l.weights == r.weights &&
           l.state == r.state && l.scalars == r.scalars;
  };
  if (a.data() == b.data()) return true;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    if (!same(a[i], b[i])) return false;
  return a.size() == b.size();
}

template <class Real>
struct program {
  use mode;
  batch_kind kind;             ///< of batches that the kernels are for
  std::span<const op> layers;  ///< as they are written
  int planes, projected;       ///< conditions among the input's channels, and those that project the score
  std::span<const op> ops;
  std::span<const tensor> tensors;
  const bool (*accumulate)[2];
  const int *activation, *gradient;
  const piece* pieces;
  const kernel_functions<Real>* const* kernels;
  int input, output, size;  ///< tensors, and numbers per event
  int weights, state, scalars, batch_results;
  per<pass, std::int64_t> packed;

  /// Whether its sweeps may read weights of the other: the same network's, packed alike.
  bool reads_weights_of(const program& other) const {
    return same_layers(layers, other.layers) && kind == other.kind && packed == other.packed;
  }
  bool reparametrised() const {
    for (const op& o : ops)
      if (o.reparametrised()) return true;
    return false;
  }
};

namespace detail {

template <network_type N, class Real, use Mode, backend Where>
struct programs {
  static constexpr program<Real> made_for(batch_kind kind) {
    constexpr const auto& p = net_of<N, Where>::template plan_for<Mode>;
    static_assert(sound(p), "hepgan: two live tensors of the memory plan overlap (a fault of hepgan's own)");
    using network = net_of<N, Where>;
    constexpr const walk& w = network::walked;
    using table = kernel_table<N, Real, Where>;
    return {.mode = Mode,
            .kind = kind,
            .layers = layers_of<N>(),
            .planes = planes_of<N>,
            .projected = projected_of<N>,
            .ops = network::operations,
            .tensors = network::operands,
            .accumulate = p.accumulate,
            .activation = p.activation,
            .gradient = p.gradient,
            .pieces = p.pieces,
            .kernels = table::of(kind),
            .input = p.input,
            .output = p.output,
            .size = p.size,
            .weights = w.weights,
            .state = w.state,
            .scalars = w.scalars,
            .batch_results = w.batch,
            .packed = w.packed[kind]};
  }
  static constexpr program<Real> many = made_for(batch_kind::many), few = made_for(batch_kind::few);
};

}  // namespace detail

/// A constant: kept by address.
template <network_type N, class Real, use Mode, backend Where = default_backend<Real>>
constexpr const program<Real>& program_of(batch_kind kind = batch_kind::many) {
  using made = detail::programs<N, Real, Mode, Where>;
  if constexpr (kernel_table<N, Real, Where>::few_differ)
    if (kind == batch_kind::few) return made::few;
  return made::many;
}

}  // namespace hepgan
