// Weights in use in the orders of the kernels, for each pass and kind of batch apart: made at first need after a
// change, by the thread that comes first.
#pragma once
#include <algorithm>
#include <atomic>
#include <hepgan/core/aligned.hpp>
#include <hepgan/net/program.hpp>
#include <hepgan/net/wide_weights.hpp>
#include <mutex>
#include <span>

namespace hepgan {

/// Where the numbers lie that a pass reads: the canonical weights, those in use in the same order, and packed.
template <class Real>
struct weights_in_use {
  const Real *canonical, *weights;
  per<pass, const Real*> packed;  ///< backward: for a backward pass alone
  const Real *state, *scalars;
};

/// Owns them. Copies start empty: these numbers only repeat what parameters say.
template <class Real>
class packed_weights {
 public:
  packed_weights() = default;
  packed_weights(const packed_weights&) {}
  packed_weights& operator=(const packed_weights&) {
    changed();
    return *this;
  }

  [[gnu::noinline]] void changed() {
    for (const batch_kind kind : batch_kinds)
      for (const pass way : passes) parts_[kind][way].ready = false;
    reparametrised_ready_ = false;
  }

  /// For a pass of the program's kind of batch, from weights and state in canonical order.
  const Real* of(const program<Real>& p, pass way, std::span<const Real> weights, std::span<const Real> state) {
    part& mine = parts_[p.kind][way];
    if (!mine.ready.load(std::memory_order_acquire)) {
      const std::lock_guard lock(making_);
      if (!mine.ready.load(std::memory_order_relaxed)) {
        reparametrise(p, weights, state);
        if (!mine.numbers.size()) mine.numbers = aligned_block<Real>(p.packed[way]);
        for (std::size_t i = 0; i < p.ops.size(); ++i)
          if (const op& o = p.ops[i]; p.kernels[i]->pack && order_of_weights(o, o.runs[p.kind], way) == way)
            p.kernels[i]->pack(o, way, for_kernel(p, o, in_use(weights.data()) + o.weights.offset),
                               mine.numbers.data() + o.packed_at[p.kind][way]);
        mine.ready.store(true, std::memory_order_release);
      }
    }
    return mine.numbers.data();
  }
  std::size_t bytes() const {
    const std::lock_guard lock(making_);
    std::size_t n = reparametrised_.size() + wide_.size();
    for (const batch_kind kind : batch_kinds)
      for (const pass way : passes) n += parts_[kind][way].numbers.size();
    return n * sizeof(Real);
  }
  /// In canonical order: these weights, but where they are reparametrised. After `of`.
  const Real* in_use(const Real* weights) const { return reparametrised_.size() ? reparametrised_.data() : weights; }

 private:
  struct part {
    aligned_block<Real> numbers;  ///< from the first need on
    std::atomic<bool> ready{false};
  };

  void reparametrise(const program<Real>& p, std::span<const Real> weights, std::span<const Real> state) {
    if (!p.reparametrised() || reparametrised_ready_) return;
    if (!reparametrised_.size()) reparametrised_ = aligned_block<Real>(weights.size());
    std::copy_n(weights.data(), weights.size(), reparametrised_.data());
    for (std::size_t i = 0; i < p.ops.size(); ++i)
      if (const op& o = p.ops[i]; o.reparametrised())
        p.kernels[i]->weights.prepare(weight_extents_of(o), weights.data() + o.weights.offset,
                                      state.data() + o.state.offset, reparametrised_.data() + o.weights.offset);
    reparametrised_ready_ = true;  // last: `prepare` may throw
  }

  /// The weights that an operation's kernels know of; valid until the next call.
  const Real* for_kernel(const program<Real>& p, const op& o, const Real* w) {
    if (o.with == resampling::none) return w;
    if (!wide_.size()) {
      int most = 0;
      for (const op& each : p.ops)
        if (each.with != resampling::none) most = (std::max)(most, each.kernel_weights());
      wide_ = aligned_block<Real>(most);
    }
    widen(o, w, wide_.data());
    return wide_.data();
  }

  per<batch_kind, per<pass, part>> parts_;
  aligned_block<Real> reparametrised_, wide_;
  bool reparametrised_ready_ = false;
  mutable std::mutex making_;
};

}  // namespace hepgan
