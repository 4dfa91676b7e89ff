// The native kernels of the layers next to the image, which has one channel.
#include <hepgan/layers/layers.hpp>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

/// Padding products are counted, as usual.
void one_channel(benchmark::State& state, bool transposed, direction way) {
  const int f = static_cast<int>(state.range(0));
  op o{};
  o.kind = op_kind::linear_map;
  o.geo = {transposed ? map_kind::transposed_convolution : map_kind::convolution, {4, 4}, {2, 2}, {1, 1}};
  o.x.extent = transposed ? shape(f, 32, 32) : shape(1, 64, 64);
  o.y.extent = transposed ? shape(1, 64, 64) : shape(f, 32, 32);
  fixture b(o, backend::native, native::one_channel_kernel<arch_here, float>(), f * 16);
  measure(state, b, way);
  report_flops(state, 2.0 * batch * f * 16 * 32 * 32);
}

}  // namespace

BENCHMARK_CAPTURE(one_channel, conv2d_forward, false, forward)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, conv2d_data_gradient, false, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, conv2d_weight_gradient, false, weight_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, transpose_forward, true, forward)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, transpose_data_gradient, true, data_gradient)->Apply(sizes);
BENCHMARK_CAPTURE(one_channel, transpose_weight_gradient, true, weight_gradient)->Apply(sizes);
