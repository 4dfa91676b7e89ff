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
        shares_((std::min)(threads, most)) {
    for (int s = 0; s < shares_; ++s) shares_of_[s].next = begin(s);
  }
  /// f(begin, end) for one piece after the other until none is left; each goes to one thread.
  template <class F>
  void take(int thread, F f) {
    const int own = static_cast<int>(std::int64_t(thread) * shares_ / threads_);
    for (int i = 0; i < shares_; ++i) {
      const int s = (own + i) % shares_;
      const std::atomic_ref next(shares_of_[s].next);
      while (next.load(std::memory_order_relaxed) < begin(s + 1))
        if (const std::int64_t p = next.fetch_add(1, std::memory_order_relaxed); p < begin(s + 1))
          f(p * n_ / pieces_, (p + 1) * n_ / pieces_);
    }
  }

 private:
  static constexpr int most = 64;
  static constexpr std::int64_t pieces_of_a_thread = 8;
  struct alignas(64) share {
    std::int64_t next;  ///< piece
  };
  std::int64_t begin(int share) const { return share * pieces_ / shares_; }

  std::int64_t n_, pieces_;
  int threads_, shares_;
  share shares_of_[most];
};

}  // namespace hepgan::detail
