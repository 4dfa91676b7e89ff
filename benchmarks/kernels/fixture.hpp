// One kernel at one shape and batch, with all that it may ask for, and how its speed is told.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/packed.hpp>
#include <hepgan/backend/select.hpp>
#include <memory>
#include <vector>

#include "limits.hpp"

namespace hepgan::bench {

/// Of kernels whose speed does not depend on it.
constexpr int usual_batch = 64;

/// An operation whose images lie as native kernels of this CPU take them.
inline op in_blocks(op o) {
  o.where = backend::native;
  for (tensor* t : {&o.x, &o.y}) t->form = layout_for(o.where, t->extent, arch_here::lanes);
  return o;
}

inline aligned_block<float> filled(std::size_t n) {
  aligned_block<float> b(n);
  for (std::size_t i = 0; i < n; ++i) b.data()[i] = 0.001f * float(int(i * 7919 % 2003) - 1001);
  return b;
}

struct fixture {
  op o;
  kernel_functions<float> kernel;
  per<pass, aligned_block<float>> packed;
  aligned_block<float> weights, state, statistics, scratch, x, y, dx, dy, gradient;
  std::vector<float> scalars{0.25f};
  std::unique_ptr<kernel_resource> resource;
  job<float> j{};

  fixture(const op& what, const kernel_functions<float>& k, int batch = usual_batch) : o(what), kernel(k) {
    const std::size_t nx = std::size_t(batch) * o.x.stored(), ny = std::size_t(batch) * o.y.stored();
    weights = filled(o.kernel_weights()), gradient = filled(o.kernel_weights());
    state = filled(2 * o.x.extent.channels);
    statistics = filled(4 * batch_statistics::padded(o.x.extent.channels));
    x = filled(nx), y = filled(ny);
    // A linear map has two images in each direction, and of a large batch they are gigabytes.
    const bool apart = o.kind != op_kind::linear_map;
    if (apart) dx = filled(nx), dy = filled(ny);
    const workload work{batch, true, threads()};
    scratch = aligned_block<float>(kernel.scratch ? kernel.scratch(o, work) : 0);
    if (kernel.make) resource.reset(kernel.make(o, work));
    for (const pass way : passes) {
      packed[way] = aligned_block<float>(packed_size(o, runs(batch), way));
      if (kernel.pack && packed[way].size()) kernel.pack(o, way, weights.data(), packed[way].data());
    }
    j = {.what = &o,
         .batch = batch,
         .training = true,
         .threads = work.threads,
         .weights = weights.data(),
         .state = state.data(),
         .scalars = scalars.data(),
         .fused_scalars = scalars.data(),
         .x = x.data(),
         .y = y.data(),
         .statistics = statistics.data(),
         .dy = (apart ? dy : y).data(),
         .dx = (apart ? dx : x).data(),
         .gradient = gradient.data(),
         .scratch = scratch.data(),
         .resource = resource.get()};
  }
  fixture(fixture&&) = delete;  // the job points into it

  /// The kernel forward or back, on weights in the order of that pass.
  void run(bool back) {
    j.packed = packed[order_of_weights(o, runs(j.batch), back ? pass::backward : pass::forward)].data();
    back ? kernel.backward(j) : kernel.forward(j);
  }

 private:
  map_kernel runs(int batch) const { return o.runs[kind_of_batch(batch)]; }
};

inline void report_flops(benchmark::State& state, double flops) {
  using benchmark::Counter;
  state.counters["GFLOP/s"] = Counter(flops * 1e-9, Counter::kIsIterationInvariantRate);
  state.counters["of_peak"] = Counter(flops / fma_peak(), Counter::kIsIterationInvariantRate);
}
inline void report_bytes(benchmark::State& state, double bytes) {
  using benchmark::Counter;
  state.counters["GB/s"] = Counter(bytes * 1e-9, Counter::kIsIterationInvariantRate);
  state.counters["of_triad"] = Counter(bytes / triad(), Counter::kIsIterationInvariantRate);
}

/// By the clock of `seconds`.
inline void timed(benchmark::internal::Benchmark* b) {
  b->Unit(benchmark::kMicrosecond);
  if (threads() > 1) b->UseRealTime();
}

}  // namespace hepgan::bench
