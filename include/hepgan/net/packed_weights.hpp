// Weights in use in the kernels' order, for each kind of batch apart: made at first need after a change, by one thread.
#pragma once
#include <array>
#include <atomic>
#include <hepgan/core/aligned.hpp>
#include <hepgan/net/program.hpp>
#include <mutex>

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

  /// For the program's kind of batch. `weights(again)` gives the weights in use in canonical order; again: it has done
  /// so since the last change.
  template <class F>
  const Real* of(const program<Real>& p, F weights) {
    part &mine = parts_[static_cast<int>(p.kind)], &others = parts_[1 - static_cast<int>(p.kind)];
    if (!mine.ready.load(std::memory_order_acquire)) {
      const std::lock_guard lock(making_);
      if (!mine.ready.load(std::memory_order_relaxed)) {
        const Real* from = weights(others.ready.load(std::memory_order_relaxed));
        if (!mine.numbers.size()) mine.numbers = aligned_block<Real>(p.packed);
        for (std::size_t i = 0; i < p.ops.size(); ++i)
          if (const op& o = p.ops[i]; p.kernels[i].pack)
            p.kernels[i].pack(o, from + o.weights.offset, mine.numbers.data() + o.packed_at[static_cast<int>(p.kind)]);
        mine.ready.store(true, std::memory_order_release);
      }
    }
    return mine.numbers.data();
  }

 private:
  struct part {
    aligned_block<Real> numbers;  ///< from the first need on
    std::atomic<bool> ready{false};
  };
  std::array<part, 2> parts_;
  std::mutex making_;
};

}  // namespace hepgan
