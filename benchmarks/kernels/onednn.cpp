// The layers that oneDNN computes, in the network's blocked layout. A weight gradient's time includes its way back into
// canonical order, as in training.
#include <hepgan/backend/onednn/convolution.hpp>
#include <hepgan/backend/onednn/matrix_product.hpp>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

void layer(benchmark::State& state, map_kind map, direction way, shape x, shape y, geometry window, double products) {
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = window, o.geo.map = map;
  o.x.extent = x, o.y.extent = y;
  const auto kernel = is_matrix_product(o) ? onednn::matrix_product_kernel() : onednn::convolution_kernel();
  const int weights = map == map_kind::dense ? x.size() * y.size() : x.channels * y.channels * 16;
  fixture b(o, backend::onednn, kernel, weights);
  measure(state, b, way);
  report_flops(state, 2.0 * batch * products);
  state.SetLabel(kernel.describe(b.resource.get()));
}

/// 4×4, stride 2: between c channels at width×width and 2c at half of it, where f channels are at 32×32; range(1) is
/// the width. Padding products are counted, as usual.
void halving(benchmark::State& state, map_kind map, direction way) {
  const int width = static_cast<int>(state.range(1)), c = static_cast<int>(state.range(0)) * 32 / width;
  const shape large(c, width, width), small(2 * c, width / 2, width / 2);
  const bool up = map == map_kind::transposed_convolution;
  layer(state, map, way, up ? small : large, up ? large : small, {.kernel = {4, 4}, .stride = {2, 2}, .pad = {1, 1}},
        16.0 * c * small.size());
}

/// 4×4 without padding: between 8f channels at 4×4 and the latent vector, or the score.
void whole_image(benchmark::State& state, map_kind map, direction way) {
  const bool up = map == map_kind::transposed_convolution;
  const shape large(8 * static_cast<int>(state.range(0)), 4, 4), small(up ? 64 : 1, 1, 1);
  layer(state, map, way, up ? small : large, up ? large : small, {.kernel = {4, 4}},
        double(small.size()) * large.size());
}

/// A dense layer between 8f channels at 4×4 and 32f numbers.
void dense_layer(benchmark::State& state, direction way) {
  const shape in(8 * static_cast<int>(state.range(0)), 4, 4), out(32 * static_cast<int>(state.range(0)));
  layer(state, map_kind::dense, way, in, out, {}, double(in.size()) * out.size());
}

void halving_sizes(benchmark::internal::Benchmark* b) {
  b->ArgsProduct({{32, 64}, {32, 16, 8}})->UseRealTime()->Unit(benchmark::kMicrosecond);
}

constexpr auto conv = map_kind::convolution, transposed = map_kind::transposed_convolution;

}  // namespace

BENCHMARK_CAPTURE(halving, conv2d_forward, conv, forward)->Apply(halving_sizes);
BENCHMARK_CAPTURE(halving, conv2d_data_gradient, conv, data_gradient)->Apply(halving_sizes);
BENCHMARK_CAPTURE(halving, conv2d_weight_gradient, conv, weight_gradient)->Apply(halving_sizes);
BENCHMARK_CAPTURE(halving, transpose_forward, transposed, forward)->Apply(halving_sizes);
BENCHMARK_CAPTURE(halving, transpose_data_gradient, transposed, data_gradient)->Apply(halving_sizes);
BENCHMARK_CAPTURE(halving, transpose_weight_gradient, transposed, weight_gradient)->Apply(halving_sizes);
BENCHMARK_CAPTURE(dense_layer, forward, forward)->Apply(sizes);
BENCHMARK_CAPTURE(dense_layer, data_gradient, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(dense_layer, weight_gradient, weight_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, conv2d_forward, conv, forward)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, conv2d_data_gradient, conv, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, conv2d_weight_gradient, conv, weight_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, transpose_forward, transposed, forward)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, transpose_data_gradient, transposed, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(whole_image, transpose_weight_gradient, transposed, weight_gradient)->Apply(sizes);
