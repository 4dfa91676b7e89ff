// The native kernels that do little with each number, memory being their limit: KERNEL/SHAPE/forward, backward and,
// where a layer has them, tangent and curve.
#include <hepgan/layers/layers.hpp>
#include <string>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

/// A kernel, and how many numbers of an event it reads and writes in each of its functions; 0: there is none.
struct subject {
  op o;
  kernel_functions<float> kernel;
  double forward, backward = 0, tangent = 0, curve = 0;
  void (*prepare)(fixture&) = nullptr;
};

op between(op_kind kind, shape x, shape y) {
  op o{};
  o.kind = kind, o.x.extent = x, o.y.extent = y;
  return o;
}
op affine(op_kind kind, shape s) {
  op o = between(kind, s, s);
  o.weights.count = 2 * s.channels;
  return o;
}

template <class Fused>
subject normalise(shape s) {
  return {.o = affine(op_kind::normalisation, s),
          .kernel = native::batch_norm_kernel<arch_here, Fused, float>(),
          .forward = 3.0 * s.size(),
          .backward = 5.0 * s.size(),
          .prepare = [](fixture& b) { b.kernel.forward(b.j), b.j.dx = b.dy.data(); }};
}
template <class Fused>
subject normalise_in_production(shape s) {
  return {.o = affine(op_kind::normalisation, s),
          .kernel = native::batch_norm_kernel<arch_here, Fused, float>(),
          .forward = 2.0 * s.size(),
          .prepare = [](fixture& b) { b.j.training = false, b.state.fill(1); }};  // variances are positive
}
template <class L>
subject normalise_events(shape s) {
  return {.o = L::affine ? affine(op_kind::event_norm, s) : between(op_kind::event_norm, s, s),
          .kernel = native::event_norm_kernel<arch_here, L, float>(),
          .forward = 2.0 * s.size(),
          .backward = 3.0 * s.size(),
          .tangent = 3.0 * s.size(),
          .curve = 4.0 * s.size(),
          .prepare = [](fixture& b) { b.j.x2 = b.dx.data(); }};
}
/// Groups of 4 events.
subject deviations(shape s) {
  return {.o = between(op_kind::deviation, s, shape(1, s.height, s.width)),
          .kernel = native::deviation_kernel<arch_here, minibatch_deviation<4>, float>(),
          .forward = 1.0 * s.size(),
          .backward = 2.0 * s.size()};
}
subject resample(map_kind map, shape large) {
  const shape small(large.channels, large.height / 2, large.width / 2);
  const bool up = map == map_kind::nearest_up;
  op o = between(op_kind::linear_map, up ? small : large, up ? large : small);
  o.geo = {map, {1, 1}, {2, 2}, {0, 0}};
  return {.o = o,
          .kernel = native::resampling_kernel<arch_here, float>(),
          .forward = 1.25 * large.size(),
          .backward = 1.25 * large.size()};
}
/// Between c channels of an image and a frame of one pixel more left and right.
subject circular(map_kind map, shape s) {
  const shape wide(s.channels, s.height, s.width + 2);
  const bool pads = map == map_kind::circular_pad;
  op o = between(op_kind::linear_map, pads ? s : wide, pads ? wide : s);
  o.geo = {map, {1, 1}, {1, 1}, {0, 1}};
  return {.o = o, .kernel = native::circular_kernel<arch_here, float>(), .forward = 1.0 * (s.size() + wide.size())};
}
template <class L>
subject pointwise(shape s) {
  return {.o = between(op_kind::pointwise, s, s),
          .kernel = native::pointwise_kernel<arch_here, L, float>(),
          .forward = 2.0 * s.size(),
          .backward = 3.0 * s.size(),
          // in place, as in networks; dx is not, or dy would shrink to denormals
          .prepare = [](fixture& b) { b.j.y = b.x.data(); }};
}
subject biases(shape s) {
  op o = between(op_kind::bias, s, s);
  o.weights.count = s.channels;
  return {.o = o,
          .kernel = native::bias_kernel<arch_here, float>(),
          .forward = 2.0 * s.size(),
          .backward = 1.0 * s.size(),
          .prepare = [](fixture& b) { b.j.y = b.x.data(), b.j.dx = b.dy.data(); }};
}
/// Of two branches.
subject join(op_kind kind, shape s) {
  const bool sum = kind == op_kind::sum;
  op o = between(kind, s, sum ? s : shape(2 * s.channels, s.height, s.width));
  o.x2.extent = s, o.x2.form = layout_for(backend::native, s, arch_here::lanes);
  return {.o = o,
          .kernel = sum ? native::join_sum_kernel<float>() : native::join_concat_kernel<float>(),
          .forward = (sum ? 3.0 : 4.0) * s.size(),
          .backward = 4.0 * s.size(),
          .prepare = [](fixture& b) {
            b.scratch = filled(2 * b.x.size());
            b.j.x2 = b.scratch.data(), b.j.dx2 = b.scratch.data() + b.x.size();
          }};
}
template <class L>
subject move_pixels(shape s) {
  return {.o = between(op_kind::symmetry, s, s),
          .kernel = native::symmetry_kernel<L, float>(),
          .forward = 2.0 * s.size(),
          .backward = 2.0 * s.size()};
}
/// Out of plain order, and back into it.
subject reorder(shape s) {
  return {.o = between(op_kind::reorder, s, s),
          .kernel = native::reorder_kernel<float>(),
          .forward = 2.0 * s.size(),
          .backward = 2.0 * s.size(),
          .prepare = [](fixture& b) { b.o.x.form = plain; }};
}

using function_of_kernel = void (*kernel_functions<float>::*)(const job<float>&);

void add(const std::string& name, const subject& s, function_of_kernel run, double numbers) {
  if (!numbers) return;
  timed(benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    fixture b(in_blocks(s.o), s.kernel);
    if (s.prepare) s.prepare(b);
    for (auto _ : state) (s.kernel.*run)(b.j);
    report_bytes(state, sizeof(float) * usual_batch * numbers);
  }));
}
template <class Make>
void add(const std::string& kernel, std::initializer_list<shape> shapes, Make make) {
  for (const shape of : shapes) {
    const subject s = make(of);
    const std::string name = kernel + "/" + to_string(of) + "/";
    add(name + "forward", s, &kernel_functions<float>::forward, s.forward);
    add(name + "backward", s, &kernel_functions<float>::backward, s.backward);
    add(name + "tangent", s, &kernel_functions<float>::tangent, s.tangent);
    add(name + "curve", s, &kernel_functions<float>::curve, s.curve);
  }
}

[[maybe_unused]] const bool added = [] {
  const std::initializer_list<shape> of_rpv{{32, 32, 32}, {64, 16, 16},  {128, 8, 8}, {256, 4, 4},
                                            {64, 32, 32}, {128, 16, 16}, {256, 8, 8}, {512, 4, 4}};
  const std::initializer_list<shape> large{{32, 32, 32}, {64, 32, 32}}, image{{1, 64, 64}};
  const auto kind = [](auto make, auto which) { return [=](shape s) { return make(which, s); }; };
  add("batch_norm_leaky_relu", of_rpv, normalise<leaky_relu>);
  add("batch_norm_relu", of_rpv, normalise<relu>);
  add("batch_norm_relu_in_production", of_rpv, normalise_in_production<relu>);
  add("layer_norm", of_rpv, normalise_events<layer_norm>);
  add("instance_norm", of_rpv, normalise_events<instance_norm>);
  add("pixel_norm", of_rpv, normalise_events<pixel_norm>);
  add("minibatch_deviation", of_rpv, deviations);
  add("nearest_up", large, kind(resample, map_kind::nearest_up));
  add("average_pool", large, kind(resample, map_kind::average_pool));
  add("circular_pad", large, kind(circular, map_kind::circular_pad));
  add("circular_fold", large, kind(circular, map_kind::circular_fold));
  add("leaky_relu", large, pointwise<leaky_relu>);
  add("sigmoid", large, pointwise<sigmoid>);
  add("softplus", large, pointwise<softplus>);
  add("threshold", large, pointwise<threshold>);
  add("tanh", large, pointwise<hepgan::tanh>);
  add("dropout", large, pointwise<dropout>);
  add("bias", large, biases);
  add("sum", large, kind(join, op_kind::sum));
  add("concat", large, kind(join, op_kind::concat));
  add("random_roll", image, move_pixels<random_roll<axis::phi>>);
  add("random_flip", image, move_pixels<random_flip<axis::eta>>);
  add("reorder", large, reorder);
  return true;
}();

}  // namespace
