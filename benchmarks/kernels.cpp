// Each native kernel and direction at the sizes of the RPV networks (64×64 images, f filters, batch 64): GFLOP/s or GB/s,
// and the share of what this machine can do, measured in the same process.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <hepgan/backend/native/native.hpp>
#include <hepgan/backend/select.hpp>
#include <hepgan/core/aligned.hpp>
#include <hepgan/layers/layers.hpp>

namespace {

using namespace hepgan;
using arch_here = arch::current;
constexpr int batch = 64;

template <class F>
double best_seconds(F f) {
  double best = 1e9;
  for (int i = 0; i < 7; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    f();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

/// Flops per second of fused multiply-adds in registers, on all threads.
double fma_peak() {
  static const double peak = [] {
    using V = native::widest_lanes<arch_here, float>;
    constexpr int chains = 12, rounds = 1'000'000;
    const int n = threads();
    const double seconds = best_seconds([&] {
      parallel_for(n, [&](std::int64_t) {
        V::type sum[chains];
        auto factor = V::all(0.999f);
        for (auto& s : sum) s = V::all(1);
        for (int r = 0; r < rounds; ++r) {
          V::keep(factor);
          for (auto& s : sum) s = V::fma(s, factor, factor);
        }
        auto total = V::all(0);
        for (const auto& s : sum) total = total + s;
        benchmark::DoNotOptimize(V::sum(total));
      });
    });
    return 2.0 * n * chains * rounds * V::width / seconds;
  }();
  return peak;
}

/// Bytes per second of a[i] = b[i] + 3·c[i] over arrays beyond every cache, as STREAM counts them, on all threads.
double triad() {
  static const double rate = [] {
    constexpr std::int64_t n = 32 << 20;
    const aligned_block<float> a(n), b(n), c(n);
    const double seconds = best_seconds([&] {
      native::detail::over_numbers<arch_here, float>(n, [&]<class V>(V, std::int64_t i) {
        V::store(a.data() + i, V::fma(V::all(3), V::load(c.data() + i), V::load(b.data() + i)));
      });
    });
    return 3.0 * n * sizeof(float) / seconds;
  }();
  return rate;
}

/// All that a kernel may ask for, at one shape.
struct bench {
  op o{};
  kernel_functions<float> kernel;
  aligned_block<float> weights, packed, state, statistics, scratch, x, y, dx, dy, gradient;
  std::vector<float> scalars{0.25f};
  job<float> j{};

  bench(const op& what, kernel_functions<float> k, int weight_count) : o(what), kernel(k) {
    o.where = backend::native, o.weights.count = weight_count;
    o.x.form = layout_for(o.where, o.x.extent, arch_here::lanes), o.y.form = layout_for(o.where, o.y.extent, arch_here::lanes);
    const std::size_t nx = std::size_t(batch) * o.x.stored(), ny = std::size_t(batch) * o.y.stored();
    weights = filled(weight_count), gradient = filled(weight_count), state = filled(2 * o.x.extent.channels);
    packed = filled(packed_size(o)), statistics = filled(4 * batch_statistics::padded(o.x.extent.channels));
    x = filled(nx), dx = filled(nx), y = filled(ny), dy = filled(ny);
    scratch = aligned_block<float>(kernel.scratch ? kernel.scratch(o, batch) : 0);
    if (kernel.pack) kernel.pack(o, weights.data(), packed.data());
    j = {.what = &o, .batch = batch, .training = true, .weights = weights.data(), .packed = packed.data(),
         .state = state.data(), .scalars = scalars.data(), .fused_scalars = scalars.data(), .x = x.data(), .y = y.data(),
         .statistics = statistics.data(), .dy = dy.data(), .dx = dx.data(), .gradient = gradient.data(),
         .scratch = scratch.data()};
  }
  static aligned_block<float> filled(std::size_t n) {
    aligned_block<float> b(n);
    for (std::size_t i = 0; i < n; ++i) b.data()[i] = 0.001f * float(int(i * 7919 % 2003) - 1001);
    return b;
  }
  double bytes(double tensors) const { return tensors * sizeof(float) * batch * o.y.stored(); }
};

void report_flops(benchmark::State& state, double flops) {
  using benchmark::Counter;
  state.counters["GFLOP/s"] = Counter(flops * 1e-9, Counter::kIsIterationInvariantRate);
  state.counters["of_peak"] = Counter(flops / fma_peak(), Counter::kIsIterationInvariantRate);
}
void report_bytes(benchmark::State& state, double bytes) {
  using benchmark::Counter;
  state.counters["GB/s"] = Counter(bytes * 1e-9, Counter::kIsIterationInvariantRate);
  state.counters["of_triad"] = Counter(bytes / triad(), Counter::kIsIterationInvariantRate);
}

enum direction { forward, data_gradient, weight_gradient };

/// Padding products are counted, as usual.
void one_channel(benchmark::State& state, bool transposed, direction way) {
  const int f = static_cast<int>(state.range(0));
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = {transposed ? map_kind::transposed_convolution : map_kind::convolution, {4, 4}, {2, 2}, {1, 1}};
  o.x.extent = transposed ? shape(f, 32, 32) : shape(1, 64, 64), o.y.extent = transposed ? shape(1, 64, 64) : shape(f, 32, 32);
  bench b(o, native::one_channel_kernel<arch_here, float>(), f * 16);
  if (way == data_gradient) b.j.gradient = nullptr;
  if (way == weight_gradient) b.j.dx = nullptr;
  for (auto _ : state)
    if (way == forward) b.kernel.forward(b.j);
    else b.kernel.backward(b.j);
  report_flops(state, 2.0 * batch * f * 16 * 32 * 32);
}

/// f at 32×32, 2f at 16×16, 4f at 8×8, 8f at 4×4: range(1) is the width.
template <class Fused>
void normalise(benchmark::State& state, Fused, bool back) {
  const int f = static_cast<int>(state.range(0)), width = static_cast<int>(state.range(1));
  op o{};
  o.kind = op_kind::normalisation;
  o.x.extent = o.y.extent = shape(f * 32 / width, width, width);
  bench b(o, native::batch_norm_kernel<arch_here, Fused, float>(), 2 * o.x.extent.channels);
  if (back) b.kernel.forward(b.j), b.j.dx = b.dy.data();
  for (auto _ : state)
    if (back) b.kernel.backward(b.j);
    else b.kernel.forward(b.j);
  report_bytes(state, b.bytes(back ? 5 : 3));
}

template <class L>
void pointwise_pass(benchmark::State& state, L, bool back) {
  op o{};
  o.x.extent = o.y.extent = shape(static_cast<int>(state.range(0)), 32, 32);
  bench b(o, native::pointwise_kernel<arch_here, L, float>(), 0);
  b.j.y = b.x.data(), b.j.dx = b.dy.data();
  for (auto _ : state)
    if (back) b.kernel.backward(b.j);
    else b.kernel.forward(b.j);
  report_bytes(state, b.bytes(back ? 3 : 2));
}

void channel_biases(benchmark::State& state, bool back) {
  op o{};
  o.kind = op_kind::bias;
  o.x.extent = o.y.extent = shape(static_cast<int>(state.range(0)), 32, 32);
  bench b(o, native::bias_kernel<arch_here, float>(), o.x.extent.channels);
  b.j.y = b.x.data(), b.j.dx = b.dy.data();
  for (auto _ : state)
    if (back) b.kernel.backward(b.j);
    else b.kernel.forward(b.j);
  report_bytes(state, b.bytes(back ? 1 : 2));
}

template <bool Fold>
void circular_padding(benchmark::State& state) {
  const int f = static_cast<int>(state.range(0));
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = {Fold ? map_kind::circular_fold : map_kind::circular_pad, {1, 1}, {1, 1}, {0, 1}};
  o.x.extent = shape(f, 32, Fold ? 34 : 32), o.y.extent = shape(f, 32, Fold ? 32 : 34);
  bench b(o, native::circular_kernel<arch_here, float>(), 0);
  for (auto _ : state) b.kernel.forward(b.j);
  report_bytes(state, b.bytes(2));
}

void reorder(benchmark::State& state) {
  op o{};
  o.kind = op_kind::reorder;
  o.x.extent = o.y.extent = shape(static_cast<int>(state.range(0)), 32, 32);
  bench b(o, native::reorder_kernel<float>(), 0);
  b.o.x.form = plain;
  for (auto _ : state) b.kernel.forward(b.j);
  report_bytes(state, b.bytes(2));
}

void sizes(benchmark::internal::Benchmark* b) { b->Arg(32)->Arg(64)->UseRealTime()->Unit(benchmark::kMicrosecond); }
void norm_sizes(benchmark::internal::Benchmark* b) {
  b->ArgsProduct({{32, 64}, {32, 16, 8, 4}})->UseRealTime()->Unit(benchmark::kMicrosecond);
}

}  // namespace

BENCHMARK_CAPTURE(one_channel, conv2d_forward, false, forward)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, conv2d_data_gradient, false, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, conv2d_weight_gradient, false, weight_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, transpose_forward, true, forward)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, transpose_data_gradient, true, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, transpose_weight_gradient, true, weight_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(normalise, leaky_relu_forward, leaky_relu{}, false)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise, leaky_relu_backward, leaky_relu{}, true)->Apply(norm_sizes);
BENCHMARK_CAPTURE(pointwise_pass, leaky_relu_forward, leaky_relu{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, leaky_relu_backward, leaky_relu{}, true)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, sigmoid_forward, sigmoid{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, tanh_forward, hepgan::tanh{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, dropout_forward, dropout{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(channel_biases, forward, false)->Apply(sizes);
BENCHMARK_CAPTURE(channel_biases, backward, true)->Apply(sizes);
BENCHMARK_TEMPLATE(circular_padding, false)->Apply(sizes);
BENCHMARK_TEMPLATE(circular_padding, true)->Apply(sizes);
BENCHMARK(reorder)->Apply(sizes);

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("arch", arch_here::name);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
  benchmark::AddCustomContext("FMA peak in GFLOP/s", std::to_string(fma_peak() * 1e-9));
  benchmark::AddCustomContext("triad in GB/s", std::to_string(triad() * 1e-9));
  benchmark::RunSpecifiedBenchmarks();
}
