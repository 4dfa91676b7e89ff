// A row of a network's kernel table: plain functions, chosen at compile time, run by the sweeps in net/.
#pragma once
#include <hepgan/backend/op.hpp>
#include <span>

namespace hepgan {

/// How the canonical weights of a reparametrised operation become the ones in use, how a gradient comes back (added),
/// and how the state moves, and when: `reparametrised` in net/scopes.hpp.
template <class Real>
struct reparametrisation_functions {
  void (*begin)(const weight_extents&, Real* state) = nullptr;
  void (*prepare)(const weight_extents&, const Real* canonical, const Real* state, Real* in_use) = nullptr;
  void (*finish)(const weight_extents&, const Real* canonical, const Real* state, const Real* d_in_use,
                 Real* d) = nullptr;
  void (*advance)(const weight_extents&, const Real* canonical, Real* state) = nullptr;
  state_moves moves = state_moves::at_step;
};

/// `forward` writes y (and statistics); `backward` writes dx where wanted and adds to gradient where wanted.
/// Operations that are not linear say how their slope J(x) passes a tangent, and how it changes. `tangent` writes the
/// tangent of y into dx from that of x in dy: dx = J·dy. `curve`, where J is not constant, is for a tangent of x in x2
/// and a gradient dy: it writes y = ∂/∂x (dyᵀ·J·x2), what a second derivative sends back into the first, and adds the
/// same by the weights to gradient where wanted. `pack` turns weights in use from their canonical order into the
/// kernel's for a pass, after each change of them. `make` creates what depends on the workload (primitives), once per
/// tape, which owns it; `scratch` is how many numbers it lends; `describe` names the implementation. Null members:
/// nothing to do. What run-time scalars, its layer's and those of what is fused, are at first is told by `defaults`.
/// A kernel that `finishes_blocks` of channels calls `job::then` once for each that it has written, from any thread.
/// That is `block` of the operation to which the pass comes next: what it begins with, and then leaves out; outside
/// training all of `forward`, in place.
template <class Real>
struct kernel_functions {
  void (*forward)(const job<Real>&) = nullptr;
  void (*backward)(const job<Real>&) = nullptr;
  void (*tangent)(const job<Real>&) = nullptr;
  void (*curve)(const job<Real>&) = nullptr;
  void (*pack)(const op&, pass, const Real* canonical, Real* packed) = nullptr;
  reparametrisation_functions<Real> weights{};
  std::int64_t (*scratch)(const op&, const workload&) = nullptr;
  kernel_resource* (*make)(const op&, const workload&) = nullptr;
  const char* (*describe)(const kernel_resource*) = nullptr;
  per<pass, void (*)(const job<Real>&, std::int64_t)> block{};
  bool finishes_blocks = false;
  std::span<const double> defaults{}, fused_defaults{};
};

}  // namespace hepgan
