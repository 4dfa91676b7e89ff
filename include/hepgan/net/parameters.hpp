// Parameters and gradients: flat blocks in canonical layout; and the weights in use made from them.
#pragma once
#include <algorithm>
#include <hepgan/core/aligned.hpp>
#include <hepgan/net/entries.hpp>
#include <hepgan/net/packed_weights.hpp>
#include <hepgan/net/program.hpp>
#include <vector>

namespace hepgan {

/// What `parameters` are but for their network's type, compiled once for each real type: blocks, and the weights in
/// use, of a program.
template <class Real>
class parameters_base {
 public:
  using real = Real;

  /// All trainable numbers, and the running state.
  std::span<const Real> flat() const { return weights_.span(); }
  std::span<const Real> state() const { return state_.span(); }
  /// f(weights) and f(state) change them; the weights in use are then made anew. One update for each change: a network
  /// that f itself runs may run on what was before.
  template <class F>
  void update(F f) {
    const changing now{*this, true};
    advanced_ = false;
    f(weights_.span());
  }
  template <class F>
  void update_state(F f) {
    const changing now{*this, many_->reparametrised()};
    f(state_.span());
  }
  std::span<Real> scalars() { return scalars_.span(); }
  std::span<const Real> scalars() const { return scalars_.span(); }
  /// Those of the first layer of that name, such as scalars("threshold")[0]; an error if there is none.
  std::span<Real> scalars(const std::string& layer) { return part(scalars_.span(), scalars_of(many_->ops, layer)); }
  std::span<const Real> scalars(const std::string& layer) const {
    return part(scalars_.span(), scalars_of(many_->ops, layer));
  }
  std::vector<entry> entries() const { return entries_of(many_->layers); }

  const program<Real>& network_program() const { return *many_; }

  /// What a pass over such batches reads. The weights in use are made here, at first need after a change.
  [[gnu::noinline]] weights_in_use<Real> in_use(pass way = pass::forward, batch_kind kind = batch_kind::many) const {
    const program<Real>& p = kind == batch_kind::few ? *few_ : *many_;
    per<pass, const Real*> packed{};
    packed[pass::forward] = packed_.of(p, pass::forward, weights_.span(), state_.span());
    if (way == pass::backward) packed[way] = packed_.of(p, way, weights_.span(), state_.span());
    return {weights_.data(), packed_.in_use(weights_.data()), packed, state_.data(), scalars_.data()};
  }
  /// Of a program that reads them, or an error: they are another network's.
  [[gnu::noinline]] weights_in_use<Real> in_use(pass way, const program<Real>& reader) const {
    expect_reader(reader);
    return in_use(way, reader.kind);
  }
  [[gnu::noinline]] void expect_reader(const program<Real>& reader) const {
    if (!reader.reads_weights_of(reader.kind == batch_kind::few ? *few_ : *many_))
      throw error("tape: found weights of another network, expected those of its own");
  }
  /// Of all that it owns, weights in use among it.
  std::size_t bytes() const {
    return (weights_.size() + state_.size() + scalars_.size()) * sizeof(Real) + packed_.bytes();
  }
  /// Moves the state of reparametrised weights that moves then: as a step begins, in each call; at an update, once for
  /// each change of the weights. That of frozen layers stays, unless it is wanted too.
  [[gnu::noinline]] void advance(state_moves when, bool frozen_too = false) {
    const program<Real>& p = *many_;
    if (!p.reparametrised() || (when == state_moves::at_update && advanced_)) return;
    const changing now{*this, true};
    for (std::size_t i = 0; i < p.ops.size(); ++i) {
      const op& o = p.ops[i];
      bool again = false;  // shared with an operation before
      for (const op& before : p.ops.first(i)) again |= before.reparametrised() && before.state == o.state;
      if (o.reparametrised() && (frozen_too || !o.frozen) && !again && p.kernels[i]->weights.advance &&
          p.kernels[i]->weights.moves == when)
        p.kernels[i]->weights.advance(weight_extents_of(o), weights_.data() + o.weights.offset,
                                      state_.data() + o.state.offset);
    }
    advanced_ |= when == state_moves::at_update;
  }

 protected:
  [[gnu::noinline]] parameters_base(const program<Real>& many, const program<Real>& few)
      : many_(&many), few_(&few), weights_(many.weights), state_(many.state), scalars_(many.scalars) {
    for (std::size_t i = 0; i < many.ops.size(); ++i) {
      const op& o = many.ops[i];
      const int c = o.weights.count / 2;
      if (o.kind == op_kind::normalisation || o.kind == op_kind::event_norm)
        std::fill_n(weights_.data() + o.weights.offset, c, Real(1));
      if (o.kind == op_kind::normalisation) {
        std::fill_n(state_.data() + o.state.offset + c, c, Real(1));
      } else if (o.reparametrised() && many.kernels[i]->weights.begin) {
        many.kernels[i]->weights.begin(weight_extents_of(o), state_.data() + o.state.offset);
      }
      set(o.scalars, many.kernels[i]->defaults), set(o.fused_scalars, many.kernels[i]->fused_defaults);
    }
  }
  [[gnu::noinline]] parameters_base(const parameters_base&) = default;
  [[gnu::noinline]] parameters_base& operator=(const parameters_base&) = default;
  [[gnu::noinline]] ~parameters_base() = default;

 private:
  static std::span<Real> part(std::span<Real> all, range at) { return all.subspan(at.offset, at.count); }
  void set(range scalars, std::span<const double> to) {
    Real* at = scalars_.data() + scalars.offset;
    for (const double value : to) *at++ = static_cast<Real>(value);
  }
  /// Whatever becomes of the change, what was made of the old numbers is not used again.
  struct changing {
    parameters_base& of;
    bool weights_in_use;
    ~changing() {
      if (weights_in_use) of.packed_.changed();
    }
  };

  const program<Real>*many_, *few_;
  aligned_block<Real> weights_, state_, scalars_;
  bool advanced_ = false;  ///< the state has moved since the weights changed
  mutable packed_weights<Real> packed_;
};

/// Weights, running state and run-time scalars of a network. Owns its blocks; copies are deep. Const use is
/// thread-safe: the weights in use are made at first need, once per change.
template <network_type N, class Real = float, backend Where = default_backend<Real>>
class parameters : public parameters_base<Real> {
 public:
  using network = N;

  parameters() : parameters_base<Real>(program_for(batch_kind::many), program_for(batch_kind::few)) {}

  static const program<Real>& program_for(batch_kind kind = batch_kind::many) {
    return program_of<N, Real, use::training, Where>(kind);
  }
};

/// What `gradients` are but for their network's type.
template <class Real>
class gradients_base {
 public:
  std::span<Real> flat() { return block_.span(); }
  std::span<const Real> flat() const { return block_.span(); }
  [[gnu::noinline]] void zero() { block_.fill(Real(0)); }

 protected:
  explicit gradients_base(const program<Real>& p) : block_(p.weights) {}
  gradients_base(const gradients_base&) = default;
  gradients_base(gradients_base&&) noexcept = default;
  gradients_base& operator=(const gradients_base&) = default;
  gradients_base& operator=(gradients_base&&) noexcept = default;
  ~gradients_base() = default;

 private:
  aligned_block<Real> block_;
};

/// One number per trainable number, summed over passes until `zero()`.
template <network_type N, class Real = float, backend Where = default_backend<Real>>
class gradients : public gradients_base<Real> {
 public:
  gradients() : gradients_base<Real>(program_of<N, Real, use::training, Where>()) {}
};

}  // namespace hepgan
