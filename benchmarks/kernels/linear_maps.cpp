// Linear maps between many channels, in the network's blocked layout: oneDNN's, and where there is one, the native
// kernel beside it. A weight gradient's time includes its way back into canonical order, as in training.
#include <hepgan/backend/native/direct_convolution.hpp>
#include <hepgan/backend/native/matrix_product.hpp>
#include <hepgan/backend/native/resampling.hpp>
#include <hepgan/backend/native/toom_cook.hpp>
#include <hepgan/backend/onednn/convolution.hpp>
#include <hepgan/backend/onednn/matrix_product.hpp>
#include <hepgan/net/wide_weights.hpp>
#include <initializer_list>
#include <string>
#include <utility>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

op map_of(map_kind map, shape x, shape y, geometry window) {
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = window, o.geo.map = map;
  o.x.extent = x, o.y.extent = y;
  return o;
}

kernel_functions<float> kernel_of(const op& o, backend where) {
  const bool ours = where == backend::native;
  if (is_matrix_product(o))
    return ours ? native::matrix_product_kernel<arch_here, float>() : onednn::matrix_product_kernel();
  if (!ours) return onednn::convolution_kernel();
  return native::toom_cook::with_transform(o,
                                           []<class T>(T) { return native::toom_cook_kernel<T, arch_here, float>(); });
}

fixture on(backend where, const op& o) {
  const int taps = o.geo.kernel[0] * o.geo.kernel[1];
  const bool dense = o.geo.map == map_kind::dense;
  return {o, where, kernel_of(o, where),
          dense ? o.x.extent.size() * o.y.extent.size() : o.x.extent.channels * o.y.extent.channels * taps};
}

void layer(benchmark::State& state, backend where, map_kind map, direction way, shape x, shape y, geometry window,
           double products) {
  fixture b = on(where, map_of(map, x, y, window));
  measure(state, b, way);
  report_flops(state, 2.0 * batch * products);
  state.SetLabel(b.kernel.describe(b.resource.get()));
}

/// Stride 2: between c channels at width×width and 2c at half of it, where f channels are at 32×32; range(1) is the
/// width. GFLOP/s are those of direct convolution, padding included; the transform domain does with fewer.
template <int Window>
void halving(benchmark::State& state, backend where, map_kind map, direction way) {
  const int width = static_cast<int>(state.range(1)), c = static_cast<int>(state.range(0)) * 32 / width;
  const shape large(c, width, width), small(2 * c, width / 2, width / 2);
  const bool up = map == map_kind::transposed_convolution;
  layer(state, where, map, way, up ? small : large, up ? large : small,
        {.kernel = {Window, Window}, .stride = {2, 2}, .pad = {(Window - 1) / 2, (Window - 1) / 2}},
        double(Window * Window) * c * small.size());
}

constexpr geometry three_by_three{.kernel = {3, 3}, .stride = {1, 1}, .pad = {1, 1}};

/// c channels at width×width, as above.
shape kept(const benchmark::State& state) {
  const int width = static_cast<int>(state.range(1));
  return {static_cast<int>(state.range(0)) * 32 / width, width, width};
}

/// 3×3 that keeps c channels at width×width.
void keeping(benchmark::State& state, backend where, map_kind map, direction way) {
  const shape s = kept(state);
  layer(state, where, map, way, s, s, three_by_three, 9.0 * s.channels * s.size());
}

/// The same 3×3 after nearest_up<2> of half the width, or before average_pool<2>. Native: both as one window 4×4, from
/// whose gradient comes that of the 3×3. oneDNN: beside the native kernel of the other layer, which the weight gradient
/// alone goes without. GFLOP/s are those of the 3×3.
void with_resampling(benchmark::State& state, backend where, resampling with, direction way) {
  const shape large = kept(state), small(large.channels, large.height / 2, large.width / 2);
  const bool up = with == resampling::up_before;
  const shape x = up ? small : large, y = up ? large : small;
  if (where == backend::native) {
    op both = map_of(up ? map_kind::transposed_convolution : map_kind::convolution, x, y,
                     {.kernel = {4, 4}, .stride = {2, 2}, .pad = {1, 1}});
    both.with = with;
    fixture b = on(where, both);
    keep_to(b, way);
    auto gradient = fixture::filled(b.gradient.size() / 16 * 9);
    for (auto _ : state) {
      run(b, way != forward);
      if (way == weight_gradient) add_narrowed(b.o, b.gradient.data(), gradient.data());
    }
    state.SetLabel(b.kernel.describe(b.resource.get()));
  } else {
    fixture b = on(where, map_of(map_kind::convolution, large, large, three_by_three));
    fixture other(map_of(up ? map_kind::nearest_up : map_kind::average_pool, x, y, {.stride = {2, 2}}), backend::native,
                  native::resampling_kernel<arch_here, float>(), 0);
    keep_to(b, way);
    for (auto _ : state) {
      run(b, way != forward);
      if (way != weight_gradient) run(other, way != forward);
    }
    state.SetLabel(b.kernel.describe(b.resource.get()) + std::string(" and resampling"));
  }
  report_flops(state, 2.0 * batch * 9 * large.channels * large.size());
}

/// 4×4 without padding: between 8f channels at 4×4 and the latent vector, or the score.
void whole_image(benchmark::State& state, backend where, map_kind map, direction way) {
  const bool up = map == map_kind::transposed_convolution;
  const shape large(8 * static_cast<int>(state.range(0)), 4, 4), small(up ? 64 : 1, 1, 1);
  layer(state, where, map, way, up ? small : large, up ? large : small, {.kernel = {4, 4}},
        double(small.size()) * large.size());
}

/// A dense layer between 8f channels at 4×4 and 32f numbers.
void dense_layer(benchmark::State& state, backend where, map_kind map, direction way) {
  const shape in(8 * static_cast<int>(state.range(0)), 4, 4), out(32 * static_cast<int>(state.range(0)));
  layer(state, where, map, way, in, out, {}, double(in.size()) * out.size());
}

void convolution_sizes(benchmark::internal::Benchmark* b) {
  b->ArgsProduct({{32, 64}, {32, 16, 8}})->UseRealTime()->Unit(benchmark::kMicrosecond);
}

constexpr auto conv = map_kind::convolution, transposed = map_kind::transposed_convolution;

template <class T>
using named = std::initializer_list<std::pair<const char*, T>>;

/// GROUP/BACKEND_LAYER_DIRECTION, each beside the other backend's.
template <class Layer, class Which>
bool add(const std::string& group, Layer run, named<Which> layers,
         void (*with_sizes)(benchmark::internal::Benchmark*)) {
  for (const auto& [backend_name, where] : {std::pair{"onednn", backend::onednn}, {"native", backend::native}})
    for (const auto& [layer_name, which] : layers)
      for (const auto& [direction_name, way] :
           {std::pair{"forward", forward}, {"data_gradient", data_gradient}, {"weight_gradient", weight_gradient}}) {
        const std::string name = group + "/" + backend_name + "_" + layer_name + "_" + direction_name;
        benchmark::RegisterBenchmark(name.c_str(), run, where, which, way)->Apply(with_sizes);
      }
  return true;
}

[[maybe_unused]] const bool added =
    add("halving", halving<4>, named<map_kind>{{"conv2d", conv}, {"transpose", transposed}}, convolution_sizes) &&
    add("halving_by_five", halving<5>, named<map_kind>{{"conv2d", conv}, {"transpose", transposed}},
        convolution_sizes) &&
    add("keeping", keeping, named<map_kind>{{"conv2d", conv}}, convolution_sizes) &&
    add("with_resampling", with_resampling,
        named<resampling>{{"up", resampling::up_before}, {"down", resampling::down_after}}, convolution_sizes) &&
    add("whole_image", whole_image, named<map_kind>{{"conv2d", conv}, {"transpose", transposed}}, sizes) &&
    add("dense_layer", dense_layer, named<map_kind>{{"dense", map_kind::dense}}, sizes);

}  // namespace
