// Weights in use in the kernels' orders, for each pass and kind of batch apart: made at first need after a change, by
// one thread.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <hepgan/core/aligned.hpp>
#include <hepgan/net/program.hpp>
#include <mutex>
#include <span>
#include <utility>

namespace hepgan {

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

  void changed() {
    for (auto& parts : parts_) parts.forward.ready = parts.backward.ready = false;
    reparametrised_ready_ = false;
  }

  /// For a pass of the program's kind of batch, from weights and state in canonical order.
  const Real* of(const program<Real>& p, pass way, std::span<const Real> weights, std::span<const Real> state) {
    const int kind = static_cast<int>(p.kind);
    part& mine = parts_[kind][way];
    if (!mine.ready.load(std::memory_order_acquire)) {
      const std::lock_guard lock(making_);
      if (!mine.ready.load(std::memory_order_relaxed)) {
        reparametrise(p, weights, state);
        if (!mine.numbers.size()) mine.numbers = aligned_block<Real>(p.packed[way]);
        for (std::size_t i = 0; i < p.ops.size(); ++i)
          if (const op& o = p.ops[i]; p.kernels[i].pack)
            p.kernels[i].pack(o, way, in_use(weights.data()) + o.weights.offset,
                              mine.numbers.data() + o.packed_at[kind][way]);
        mine.ready.store(true, std::memory_order_release);
      }
    }
    return mine.numbers.data();
  }
  /// In canonical order: these weights, but where they are reparametrised. After `of`.
  const Real* in_use(const Real* weights) const { return reparametrised_.size() ? reparametrised_.data() : weights; }

 private:
  struct part {
    aligned_block<Real> numbers;  ///< from the first need on
    std::atomic<bool> ready{false};
  };

  void reparametrise(const program<Real>& p, std::span<const Real> weights, std::span<const Real> state) {
    if (!p.reparametrised() || std::exchange(reparametrised_ready_, true)) return;
    if (!reparametrised_.size()) reparametrised_ = aligned_block<Real>(weights.size());
    std::ranges::copy(weights, reparametrised_.data());
    for (std::size_t i = 0; i < p.ops.size(); ++i)
      if (const op& o = p.ops[i]; o.reparametrised())
        p.kernels[i].weights.prepare(weight_extents_of(o), weights.data() + o.weights.offset,
                                     state.data() + o.state.offset, reparametrised_.data() + o.weights.offset);
  }

  std::array<by_pass<part>, 2> parts_;  ///< by kind of batch
  aligned_block<Real> reparametrised_;
  bool reparametrised_ready_ = false;
  std::mutex making_;
};

}  // namespace hepgan
