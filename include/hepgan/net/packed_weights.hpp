// Weights in use in the kernels' order, for each kind of batch apart: made at first need after a change, by one thread.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <hepgan/core/aligned.hpp>
#include <hepgan/net/program.hpp>
#include <mutex>
#include <span>

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
    for (part& p : parts_) p.ready = false;
  }

  /// For the program's kind of batch, from weights and state in canonical order.
  const Real* of(const program<Real>& p, std::span<const Real> weights, std::span<const Real> state) {
    part& mine = parts_[static_cast<int>(p.kind)];
    if (!mine.ready.load(std::memory_order_acquire)) {
      const std::lock_guard lock(making_);
      if (!mine.ready.load(std::memory_order_relaxed)) {
        if (!parts_[1 - static_cast<int>(p.kind)].ready) reparametrise(p, weights, state);
        if (!mine.numbers.size()) mine.numbers = aligned_block<Real>(p.packed);
        for (std::size_t i = 0; i < p.ops.size(); ++i)
          if (const op& o = p.ops[i]; p.kernels[i].pack)
            p.kernels[i].pack(o, in_use(weights.data()) + o.weights.offset,
                              mine.numbers.data() + o.packed_at[static_cast<int>(p.kind)]);
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
    if (!p.reparametrised()) return;
    if (!reparametrised_.size()) reparametrised_ = aligned_block<Real>(weights.size());
    std::ranges::copy(weights, reparametrised_.data());
    for (std::size_t i = 0; i < p.ops.size(); ++i)
      if (const op& o = p.ops[i]; o.reparametrised())
        p.kernels[i].weights.prepare(weight_extents_of(o), weights.data() + o.weights.offset,
                                     state.data() + o.state.offset, reparametrised_.data() + o.weights.offset);
  }

  std::array<part, 2> parts_;
  aligned_block<Real> reparametrised_;
  std::mutex making_;
};

}  // namespace hepgan
