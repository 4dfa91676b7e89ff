// One kernel at a size of the RPV networks (64×64 images, batch 64), and how its speed is told.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/packed.hpp>
#include <hepgan/backend/select.hpp>
#include <memory>
#include <vector>

#include "limits.hpp"

namespace hepgan::bench {

constexpr int batch = 64;

/// All that a kernel may ask for, at one shape.
struct fixture {
  op o{};
  kernel_functions<float> kernel;
  per<pass, aligned_block<float>> packed;
  aligned_block<float> weights, state, statistics, scratch, x, y, dx, dy, gradient;
  std::vector<float> scalars{0.25f};
  std::shared_ptr<void> resource;
  job<float> j{};

  fixture(const op& what, backend where, kernel_functions<float> k, int weight_count) : o(what), kernel(k) {
    o.where = where, o.weights.count = weight_count;
    o.x.form = layout_for(o.where, o.x.extent, arch_here::lanes);
    o.y.form = layout_for(o.where, o.y.extent, arch_here::lanes);
    if (o.kind == op_kind::linear_map) o.runs[batch_kind::many] = select(where, true, o, batch_kind::many);
    const std::size_t nx = std::size_t(batch) * o.x.stored(), ny = std::size_t(batch) * o.y.stored();
    weights = filled(weight_count), gradient = filled(weight_count), state = filled(2 * o.x.extent.channels);
    statistics = filled(4 * batch_statistics::padded(o.x.extent.channels));
    x = filled(nx), dx = filled(nx), y = filled(ny), dy = filled(ny);
    const workload work{batch, true, threads()};
    scratch = aligned_block<float>(kernel.scratch ? kernel.scratch(o, work) : 0);
    if (kernel.make) resource = kernel.make(o, work);
    for (const pass way : passes) {
      packed[way] = aligned_block<float>(packed_size(o, o.runs[batch_kind::many], way));
      if (kernel.pack && packed[way].size()) kernel.pack(o, way, weights.data(), packed[way].data());
    }
    j = {.what = &o,
         .batch = batch,
         .training = true,
         .threads = work.threads,
         .weights = weights.data(),
         .packed = packed[pass::forward].data(),
         .state = state.data(),
         .scalars = scalars.data(),
         .fused_scalars = scalars.data(),
         .x = x.data(),
         .y = y.data(),
         .statistics = statistics.data(),
         .dy = dy.data(),
         .dx = dx.data(),
         .gradient = gradient.data(),
         .scratch = scratch.data(),
         .resource = resource.get()};
  }
  static aligned_block<float> filled(std::size_t n) {
    aligned_block<float> b(n);
    for (std::size_t i = 0; i < n; ++i) b.data()[i] = 0.001f * float(int(i * 7919 % 2003) - 1001);
    return b;
  }
  double bytes(double tensors) const { return tensors * sizeof(float) * batch * o.y.stored(); }
};

/// The kernel forward or back, on weights in the order of that pass.
inline void run(fixture& b, bool back) {
  b.j.packed =
      b.packed[order_of_weights(b.o, b.o.runs[batch_kind::many], back ? pass::backward : pass::forward)].data();
  back ? b.kernel.backward(b.j) : b.kernel.forward(b.j);
}

/// As often as Google Benchmark asks.
inline void measure(benchmark::State& state, fixture& b, bool back) {
  for (auto _ : state) run(b, back);
}

enum direction { forward, data_gradient, weight_gradient };

/// From here on back in one direction alone.
inline void keep_to(fixture& b, direction way) {
  if (way == data_gradient) b.j.gradient = nullptr;
  if (way == weight_gradient) b.j.dx = nullptr;
}
inline void measure(benchmark::State& state, fixture& b, direction way) {
  keep_to(b, way);
  measure(state, b, way != forward);
}

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

inline void sizes(benchmark::internal::Benchmark* b) {
  b->Arg(32)->Arg(64)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

}  // namespace hepgan::bench
