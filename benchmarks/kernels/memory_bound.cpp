// The native kernels that do little with each number: memory is their limit.
#include <hepgan/layers/layers.hpp>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

/// f at 32×32, 2f at 16×16, 4f at 8×8, 8f at 4×4: range(1) is the width.
template <class Fused>
void normalise(benchmark::State& state, Fused, bool back, bool training = true) {
  const int f = static_cast<int>(state.range(0)), width = static_cast<int>(state.range(1));
  op o{};
  o.kind = op_kind::normalisation;
  o.x.extent = o.y.extent = shape(f * 32 / width, width, width);
  o.weights.count = 2 * o.x.extent.channels;
  fixture b(in_blocks(o), native::batch_norm_kernel<arch_here, Fused, float>());
  b.j.training = training;
  if (!training) b.state.fill(1);  // variances are positive
  if (back) b.kernel.forward(b.j), b.j.dx = b.dy.data();
  measure(state, b, back);
  report_bytes(state, b.bytes(back ? 5 : training ? 3 : 2));
}

enum class norm_pass { forward, backward, tangent, curve };

/// As `normalise`.
template <class L>
void normalise_events(benchmark::State& state, L, norm_pass way) {
  const int f = static_cast<int>(state.range(0)), width = static_cast<int>(state.range(1));
  op o{};
  o.kind = op_kind::event_norm;
  o.x.extent = o.y.extent = shape(f * 32 / width, width, width);
  if (L::affine) o.weights.count = 2 * o.x.extent.channels;
  fixture b(in_blocks(o), native::event_norm_kernel<arch_here, L, float>());
  const auto t = filled(b.x.size());
  if (way == norm_pass::curve) b.j.x2 = t.data(), b.j.y = b.dx.data();
  const auto run = way == norm_pass::forward    ? b.kernel.forward
                   : way == norm_pass::backward ? b.kernel.backward
                   : way == norm_pass::tangent  ? b.kernel.tangent
                                                : b.kernel.curve;
  for (auto _ : state) run(b.j);
  report_bytes(state, b.bytes(way == norm_pass::forward ? 2 : way == norm_pass::curve ? 4 : 3));
}

/// Groups of 4 events, of sizes as above.
void deviations(benchmark::State& state, bool back) {
  const int f = static_cast<int>(state.range(0)), width = static_cast<int>(state.range(1));
  op o{};
  o.kind = op_kind::deviation;
  o.x.extent = shape(f * 32 / width, width, width), o.y.extent = shape(1, width, width);
  fixture b(in_blocks(o), native::deviation_kernel<arch_here, minibatch_deviation<4>, float>());
  measure(state, b, back);
  report_bytes(state, (back ? 2 : 1) * double(sizeof(float)) * usual_batch * b.o.x.stored());
}

/// Between 32×32 and 16×16.
void resample(benchmark::State& state, bool up, bool back) {
  const int f = static_cast<int>(state.range(0));
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = {up ? map_kind::nearest_up : map_kind::average_pool, {1, 1}, {2, 2}, {0, 0}};
  o.x.extent = o.y.extent = shape(f, 32, 32);
  (up ? o.x : o.y).extent = shape(f, 16, 16);
  fixture b(in_blocks(o), native::resampling_kernel<arch_here, float>());
  measure(state, b, back);
  report_bytes(state, double(sizeof(float)) * usual_batch * (b.o.x.stored() + b.o.y.stored()));
}

template <class L>
void pointwise_pass(benchmark::State& state, L, bool back) {
  op o{};
  o.x.extent = o.y.extent = shape(static_cast<int>(state.range(0)), 32, 32);
  fixture b(in_blocks(o), native::pointwise_kernel<arch_here, L, float>());
  b.j.y = b.x.data();  // in place, as in networks; dx is not, or dy would shrink to denormals
  measure(state, b, back);
  report_bytes(state, b.bytes(back ? 3 : 2));
}

void channel_biases(benchmark::State& state, bool back) {
  op o{};
  o.kind = op_kind::bias;
  o.x.extent = o.y.extent = shape(static_cast<int>(state.range(0)), 32, 32);
  o.weights.count = o.x.extent.channels;
  fixture b(in_blocks(o), native::bias_kernel<arch_here, float>());
  b.j.y = b.x.data(), b.j.dx = b.dy.data();
  measure(state, b, back);
  report_bytes(state, b.bytes(back ? 1 : 2));
}

template <bool Fold>
void circular_padding(benchmark::State& state) {
  const int f = static_cast<int>(state.range(0));
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = {Fold ? map_kind::circular_fold : map_kind::circular_pad, {1, 1}, {1, 1}, {0, 1}};
  o.x.extent = shape(f, 32, Fold ? 34 : 32), o.y.extent = shape(f, 32, Fold ? 32 : 34);
  fixture b(in_blocks(o), native::circular_kernel<arch_here, float>());
  for (auto _ : state) b.kernel.forward(b.j);
  report_bytes(state, b.bytes(2));
}

void reorder(benchmark::State& state, bool back) {
  op o{};
  o.kind = op_kind::reorder;
  o.x.extent = o.y.extent = shape(static_cast<int>(state.range(0)), 32, 32);
  fixture b(in_blocks(o), native::reorder_kernel<float>());
  b.o.x.form = plain;
  measure(state, b, back);
  report_bytes(state, b.bytes(2));
}

/// Of two branches, at 32×32.
void join(benchmark::State& state, op_kind kind, bool back) {
  const int f = static_cast<int>(state.range(0));
  op o{};
  o.kind = kind;
  o.x.extent = o.x2.extent = shape(f, 32, 32);
  o.y.extent = kind == op_kind::sum ? o.x.extent : shape(2 * f, 32, 32);
  o.x2.form = layout_for(backend::native, o.x2.extent, arch_here::lanes);
  fixture b(in_blocks(o),
            kind == op_kind::sum ? native::join_sum_kernel<float>() : native::join_concat_kernel<float>());
  const auto x2 = filled(b.x.size());
  auto dx2 = filled(b.x.size());
  b.j.x2 = x2.data(), b.j.dx2 = dx2.data();
  measure(state, b, back);
  report_bytes(state, b.bytes(kind != op_kind::sum ? 2 : back ? 4 : 3));
}

/// Of images, one channel of 64×64.
template <class L>
void move_pixels(benchmark::State& state, L, bool back) {
  op o{};
  o.kind = op_kind::symmetry;
  o.x.extent = o.y.extent = shape(1, 64, 64);
  fixture b(in_blocks(o), native::symmetry_kernel<L, float>());
  measure(state, b, back);
  report_bytes(state, b.bytes(2));
}

void norm_sizes(benchmark::internal::Benchmark* b) { timed(b->ArgsProduct({{32, 64}, {32, 16, 8, 4}})); }

}  // namespace

BENCHMARK_CAPTURE(normalise, leaky_relu_forward, leaky_relu{}, false)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise, leaky_relu_backward, leaky_relu{}, true)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise, relu_forward, relu{}, false)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise, relu_backward, relu{}, true)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise, relu_inference, relu{}, false, false)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, layer_norm_forward, layer_norm{}, norm_pass::forward)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, layer_norm_backward, layer_norm{}, norm_pass::backward)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, layer_norm_tangent, layer_norm{}, norm_pass::tangent)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, layer_norm_curve, layer_norm{}, norm_pass::curve)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, instance_norm_forward, instance_norm{}, norm_pass::forward)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, instance_norm_backward, instance_norm{}, norm_pass::backward)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, pixel_norm_forward, pixel_norm{}, norm_pass::forward)->Apply(norm_sizes);
BENCHMARK_CAPTURE(normalise_events, pixel_norm_backward, pixel_norm{}, norm_pass::backward)->Apply(norm_sizes);
BENCHMARK_CAPTURE(deviations, forward, false)->Apply(norm_sizes);
BENCHMARK_CAPTURE(deviations, backward, true)->Apply(norm_sizes);
BENCHMARK_CAPTURE(resample, up_forward, true, false)->Apply(sizes);
BENCHMARK_CAPTURE(resample, up_backward, true, true)->Apply(sizes);
BENCHMARK_CAPTURE(resample, pool_forward, false, false)->Apply(sizes);
BENCHMARK_CAPTURE(resample, pool_backward, false, true)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, leaky_relu_forward, leaky_relu{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, leaky_relu_backward, leaky_relu{}, true)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, sigmoid_forward, sigmoid{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, sigmoid_backward, sigmoid{}, true)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, softplus_forward, softplus{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, softplus_backward, softplus{}, true)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, threshold_forward, threshold{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, threshold_backward, threshold{}, true)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, tanh_forward, hepgan::tanh{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, tanh_backward, hepgan::tanh{}, true)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, dropout_forward, dropout{}, false)->Apply(sizes);
BENCHMARK_CAPTURE(pointwise_pass, dropout_backward, dropout{}, true)->Apply(sizes);
BENCHMARK_CAPTURE(channel_biases, forward, false)->Apply(sizes);
BENCHMARK_CAPTURE(channel_biases, backward, true)->Apply(sizes);
BENCHMARK_CAPTURE(join, sum_forward, op_kind::sum, false)->Apply(sizes);
BENCHMARK_CAPTURE(join, sum_backward, op_kind::sum, true)->Apply(sizes);
BENCHMARK_CAPTURE(join, concat_forward, op_kind::concat, false)->Apply(sizes);
BENCHMARK_CAPTURE(join, concat_backward, op_kind::concat, true)->Apply(sizes);
BENCHMARK_CAPTURE(move_pixels, roll_forward, random_roll<axis::phi>{}, false)->Apply(timed);
BENCHMARK_CAPTURE(move_pixels, roll_backward, random_roll<axis::phi>{}, true)->Apply(timed);
BENCHMARK_CAPTURE(move_pixels, flip_forward, random_flip<axis::eta>{}, false)->Apply(timed);
BENCHMARK_CAPTURE(move_pixels, flip_backward, random_flip<axis::eta>{}, true)->Apply(timed);
BENCHMARK_TEMPLATE(circular_padding, false)->Apply(sizes);
BENCHMARK_TEMPLATE(circular_padding, true)->Apply(sizes);
BENCHMARK_CAPTURE(reorder, forward, false)->Apply(sizes);
BENCHMARK_CAPTURE(reorder, backward, true)->Apply(sizes);
