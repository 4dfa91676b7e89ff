// Linear maps between many channels, in the network's blocked layout: oneDNN's, and where there is one, the native
// kernel beside it. A weight gradient's time includes its way back into canonical order, as in training.
#include <hepgan/backend/native/toom_cook.hpp>
#include <hepgan/backend/onednn/convolution.hpp>
#include <hepgan/backend/onednn/matrix_product.hpp>
#include <string>
#include <utility>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

void layer(benchmark::State& state, backend where, map_kind map, direction way, shape x, shape y, geometry window,
           double products) {
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = window, o.geo.map = map;
  o.x.extent = x, o.y.extent = y;
  const auto kernel = where == backend::native ? native::toom_cook_kernel<arch_here, float>()
                      : is_matrix_product(o)   ? onednn::matrix_product_kernel()
                                               : onednn::convolution_kernel();
  const int weights = map == map_kind::dense ? x.size() * y.size() : x.channels * y.channels * 16;
  fixture b(o, where, kernel, weights);
  measure(state, b, way);
  report_flops(state, 2.0 * batch * products);
  state.SetLabel(kernel.describe(b.resource.get()));
}

/// 4×4, stride 2: between c channels at width×width and 2c at half of it, where f channels are at 32×32; range(1) is
/// the width. GFLOP/s are those of direct convolution, padding included; the transform domain does with fewer.
void halving(benchmark::State& state, backend where, map_kind map, direction way) {
  const int width = static_cast<int>(state.range(1)), c = static_cast<int>(state.range(0)) * 32 / width;
  const shape large(c, width, width), small(2 * c, width / 2, width / 2);
  const bool up = map == map_kind::transposed_convolution;
  layer(state, where, map, way, up ? small : large, up ? large : small,
        {.kernel = {4, 4}, .stride = {2, 2}, .pad = {1, 1}}, 16.0 * c * small.size());
}

/// 4×4 without padding: between 8f channels at 4×4 and the latent vector, or the score.
void whole_image(benchmark::State& state, map_kind map, direction way) {
  const bool up = map == map_kind::transposed_convolution;
  const shape large(8 * static_cast<int>(state.range(0)), 4, 4), small(up ? 64 : 1, 1, 1);
  layer(state, backend::onednn, map, way, up ? small : large, up ? large : small, {.kernel = {4, 4}},
        double(small.size()) * large.size());
}

/// A dense layer between 8f channels at 4×4 and 32f numbers.
void dense_layer(benchmark::State& state, direction way) {
  const shape in(8 * static_cast<int>(state.range(0)), 4, 4), out(32 * static_cast<int>(state.range(0)));
  layer(state, backend::onednn, map_kind::dense, way, in, out, {}, double(in.size()) * out.size());
}

void halving_sizes(benchmark::internal::Benchmark* b) {
  b->ArgsProduct({{32, 64}, {32, 16, 8}})->UseRealTime()->Unit(benchmark::kMicrosecond);
}

constexpr auto conv = map_kind::convolution, transposed = map_kind::transposed_convolution;

/// halving/BACKEND_LAYER_DIRECTION, each beside the other backend's.
[[maybe_unused]] const bool halvings = [] {
  for (const auto& [backend_name, where] : {std::pair{"onednn", backend::onednn}, {"native", backend::native}})
    for (const auto& [layer_name, map] : {std::pair{"conv2d", conv}, {"transpose", transposed}})
      for (const auto& [direction_name, way] :
           {std::pair{"forward", forward}, {"data_gradient", data_gradient}, {"weight_gradient", weight_gradient}}) {
        const std::string name = std::string("halving/") + backend_name + "_" + layer_name + "_" + direction_name;
        benchmark::RegisterBenchmark(name.c_str(), halving, where, map, way)->Apply(halving_sizes);
      }
  return true;
}();

}  // namespace

BENCHMARK_CAPTURE(dense_layer, forward, forward)->Apply(sizes);
BENCHMARK_CAPTURE(dense_layer, data_gradient, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(dense_layer, weight_gradient, weight_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, conv2d_forward, conv, forward)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, conv2d_data_gradient, conv, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, conv2d_weight_gradient, conv, weight_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, transpose_forward, transposed, forward)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, transpose_data_gradient, transposed, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, transpose_weight_gradient, transposed, weight_gradient)->Apply(sizes);
