// The reducer of one process: gradients are complete as they are.
#pragma once
#include <concepts>
#include <span>

namespace hepgan {

/// `start(span)` begins a mean over processes, `progress()` may be called at any time, `wait(ticket)` returns when the
/// span holds the mean; `mean` is start and wait. Losses are means over a process' batch, so gradients are averaged.
/// `rank()` and `size()` tell the process: latent vectors and masks differ by rank.
template <class R>
concept reducer_policy = requires(const R r, std::span<float> values) {
  r.wait(r.start(values));
  r.progress();
  r.mean(values);
  { r.rank() } -> std::same_as<int>;
  { r.size() } -> std::same_as<int>;
};

struct local_reducer {
  struct ticket {};
  template <class Real>
  ticket start(std::span<Real>) const {
    return {};
  }
  void progress() const {}
  void wait(ticket) const {}
  int rank() const { return 0; }
  int size() const { return 1; }
  template <class Real>
  void mean(std::span<Real> values) const {
    wait(start(values));
  }
};

}  // namespace hepgan
