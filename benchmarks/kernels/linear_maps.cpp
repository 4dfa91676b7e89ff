// Linear maps between many channels, in the network's blocked layout: oneDNN's, and where there is one, the native
// kernel beside it. A weight gradient's time includes its way back into canonical order, as in training.
#include <hepgan/backend/native/matrix_product.hpp>
#include <hepgan/backend/native/toom_cook.hpp>
#include <hepgan/backend/onednn/convolution.hpp>
#include <hepgan/backend/onednn/matrix_product.hpp>
#include <initializer_list>
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
  const bool ours = where == backend::native;
  const auto kernel = is_matrix_product(o)
                          ? (ours ? native::matrix_product_kernel<arch_here, float>() : onednn::matrix_product_kernel())
                          : (ours ? native::toom_cook_kernel<native::toom_cook::halving, arch_here, float>()
                                  : onednn::convolution_kernel());
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

void halving_sizes(benchmark::internal::Benchmark* b) {
  b->ArgsProduct({{32, 64}, {32, 16, 8}})->UseRealTime()->Unit(benchmark::kMicrosecond);
}

constexpr auto conv = map_kind::convolution, transposed = map_kind::transposed_convolution;

/// GROUP/BACKEND_LAYER_DIRECTION, each beside the other backend's.
template <class Layer>
bool add(const std::string& group, Layer run, std::initializer_list<std::pair<const char*, map_kind>> layers,
         void (*with_sizes)(benchmark::internal::Benchmark*)) {
  for (const auto& [backend_name, where] : {std::pair{"onednn", backend::onednn}, {"native", backend::native}})
    for (const auto& [layer_name, map] : layers)
      for (const auto& [direction_name, way] :
           {std::pair{"forward", forward}, {"data_gradient", data_gradient}, {"weight_gradient", weight_gradient}}) {
        const std::string name = group + "/" + backend_name + "_" + layer_name + "_" + direction_name;
        benchmark::RegisterBenchmark(name.c_str(), run, where, map, way)->Apply(with_sizes);
      }
  return true;
}

[[maybe_unused]] const bool added =
    add("halving", halving, {{"conv2d", conv}, {"transpose", transposed}}, halving_sizes) &&
    add("whole_image", whole_image, {{"conv2d", conv}, {"transpose", transposed}}, sizes) &&
    add("dense_layer", dense_layer, {{"dense", map_kind::dense}}, sizes);

}  // namespace
