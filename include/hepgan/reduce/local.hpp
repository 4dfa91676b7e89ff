// The reducer of one process: gradients are complete as they are.
//
// Concept `reducer`: `ticket start(span)` begins a sum over processes, `progress()` may be called at any time,
// `wait(ticket)` returns when the span holds the sum. `rank()` and `size()` tell the process.
#pragma once
#include <span>

namespace hepgan {

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
  void sum(std::span<Real> values) const {
    wait(start(values));
  }
};

}  // namespace hepgan
