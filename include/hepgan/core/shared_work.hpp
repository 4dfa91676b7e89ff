// A loop's work, shared out among threads beforehand, and again where one falls behind.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>

namespace hepgan::detail {

/// [0, n) in pieces, a share of them for each thread: it does those of its own, then what is left of others', whose
/// cores may be slower, or another program's for a while. Very many threads have a share together with their
/// neighbours.
class shared_work {
 public:
  shared_work(std::int64_t n, int threads)
      : n_(n),
        pieces_((std::min)(n, pieces_of_a_thread * threads)),
        threads_(threads),
        shares_(static_cast<int>((std::min<std::int64_t>)({threads, most, pieces_}))),
        unfinished_(shares_) {
    for (int s = 0; s < shares_; ++s) shares_of_[s] = {s * pieces_ / shares_, (s + 1) * pieces_ / shares_};
  }
  /// f(begin, end) for one piece after the other until none is left; each goes to one thread.
  template <class F>
  void take(int thread, F f) {
    const std::atomic_ref unfinished(unfinished_);
    int s = static_cast<int>(std::int64_t(thread) * shares_ / threads_);
    for (int i = 0; i < shares_ && unfinished.load(std::memory_order_relaxed) > 0;
         ++i, s = s + 1 < shares_ ? s + 1 : 0) {
      const std::int64_t end = shares_of_[s].end;
      const std::atomic_ref next(shares_of_[s].next);
      while (next.load(std::memory_order_relaxed) < end)
        if (const std::int64_t p = next.fetch_add(1, std::memory_order_relaxed); p < end) {
          if (p + 1 == end) unfinished.fetch_sub(1, std::memory_order_relaxed);
          f(p * n_ / pieces_, (p + 1) * n_ / pieces_);
        }
    }
  }

 private:
  static constexpr int most = 64;
  static constexpr std::int64_t pieces_of_a_thread = 8;
  struct alignas(64) share {
    std::int64_t next, end;  ///< pieces
  };

  std::int64_t n_, pieces_;
  int threads_, shares_;
  alignas(64) int unfinished_;  ///< shares of which pieces are left: who is done need not look at all of them
  share shares_of_[most];
};

}  // namespace hepgan::detail
