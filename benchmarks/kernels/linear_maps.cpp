// Every linear layer of the RPV networks, of CosmoGAN and of a growing network, as the networks themselves say that it
// runs, beside oneDNN: NETWORK/LAYER/BATCH/DIRECTION/hepgan or onednn, layers being those with weights. Where the
// network runs oneDNN's kernel for a layer as written, ours are measured too: `native` is the one that with_backend
// orders, `direct` that of a precise network.
#include <hepgan/models/progressive.hpp>
#include <hepgan/net/program.hpp>
#include <hepgan/net/wide_weights.hpp>
#include <string>
#include <utility>

#include "../networks.hpp"
#include "onednn.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

/// A layer of a network: its operation there, and the kernel of its row.
struct layer {
  op o;
  kernel_functions<float> kernel;
};

/// From the gradient of a window 4×4 comes that of the 3×3 which it computes beside a factor of two.
work on_hepgan(const layer& l, int batch, direction way) {
  const auto b = std::make_shared<fixture>(l.o, l.kernel, batch);
  const std::string kernel = l.kernel.describe(b->resource.get());
  if (way == direction::forward) return {[b] { b->run(false); }, kernel};
  if (way == direction::data_gradient) b->j.gradient = nullptr;
  if (way == direction::weight_gradient) b->j.dx = nullptr;
  if (way == direction::data_gradient || l.o.with == resampling::none) return {[b] { b->run(true); }, kernel};
  const auto narrow = std::make_shared<aligned_block<float>>(filled(l.o.weights.count));
  return {[=] { b->run(true), add_narrowed(b->o, b->gradient.data(), narrow->data()); }, kernel};
}

/// The layer as it is written: a 3×3 at the large side's size. oneDNN is not charged with the factor of two beside it.
op as_written(op o) {
  if (o.with == resampling::none) return o;
  tensor large = sides_of(o).large;
  large.extent.channels = o.x.extent.channels, o.x = large;
  large.extent.channels = o.y.extent.channels, o.y = large;
  o.geo = {map_kind::convolution, {3, 3}, {1, 1}, {1, 1}}, o.with = resampling::none;
  return o;
}

/// Google Benchmark calls a benchmark again until it knows how often to run it: its work stays until the next one's.
template <class Make>
const work& kept(const std::string& name, Make make) {
  static std::string whose;
  static work now;
  if (whose != name) now = {}, now = make(), whose = name;
  return now;
}

/// A kernel's on a batch: products, bytes of both images and the weights, once each, and those that a core without a
/// third cache moves.
struct cost {
  double products, bytes, moved_bytes;
};
/// Of the products of a definition, those that a kernel of one channel computes.
double share_of_products(const op& o, direction way) {
  const native::detail::plane_layer<0> k(o);
  const bool from_stack = way != direction::weight_gradient &&
                          k.wide != to_small(o, way == direction::forward ? pass::forward : pass::backward);
  return !from_stack && native::detail::takes_pixel_pairs<float>(k) ? 0.75 : 1;
}
cost cost_of(const op& o, map_kernel k, int batch, direction way) {
  const double images = sizeof(float) * double(batch) * (o.x.extent.size() + o.y.extent.size());
  const double bytes = images + sizeof(float) * o.kernel_weights();
  if (k != map_kernel::toom_cook && k != map_kernel::toom_cook_f2) {
    const double share = k == map_kernel::one_channel ? share_of_products(o, way) : 1;
    return {share * batch * products_of(o) * o.kernel_weights() / o.weights.count, bytes, bytes};
  }
  using namespace native::toom_cook;
  using arch::knl;
  const domain d(sizes_of_transforms[transform_index(k, o.geo.kernel[0])], o, knl::lanes, knl::cache / sizeof(float),
                 knl::tiles);
  const double weights = double(d.points) * d.weight_plane(), chunks = d.chunks(batch);
  return {double(batch) * d.tiles_of_event() * d.points * d.parities * d.large.channels * d.small.channels, bytes,
          images + sizeof(float) * chunks * (2 * d.chunk_numbers(batch) + weights)};
}

template <class Make>
void add(const std::string& name, const op& o, int batch, cost of_kernel, Make make) {
  const double flops = 2 * batch * products_of(as_written(o));
  timed(benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    const work& w = kept(name, make);
    if (!w.run) return state.SkipWithError("oneDNN has only its reference");
    for (auto _ : state) w.run();
    report_flops(state, flops);
    state.counters["multiplied"] = 2 * of_kernel.products;
    state.counters["moved_bytes"] = of_kernel.moved_bytes;
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * of_kernel.bytes));
    state.SetLabel(w.kernel + ": " + to_string(o.x.extent) + " to " + to_string(o.y.extent));
  }));
}

template <network_type N>
std::vector<layer> linear_layers(int batch) {
  const auto& p = program_of<N, float, use::training>(kind_of_batch(batch));
  std::vector<layer> all;
  for (std::size_t i = 0; i < p.ops.size(); ++i)
    if (p.ops[i].kind == op_kind::linear_map && p.ops[i].weights.count) all.push_back({p.ops[i], *p.kernels[i]});
  return all;
}

template <network_type N>
void add_network(const std::string& network) {
  for (const int batch : {1, 16, 64, 256}) {
    const auto layers = linear_layers<N>(batch), native = linear_layers<with_backend<backend::native, N>>(batch),
               direct = linear_layers<precise<with_backend<backend::native, N>>>(batch);
    const auto kind = kind_of_batch(batch);
    for (std::size_t i = 0; i < layers.size(); ++i)
      for (const auto& [named, way] : {std::pair{"forward", direction::forward},
                                       {"data_gradient", direction::data_gradient},
                                       {"weight_gradient", direction::weight_gradient}}) {
        const op& o = layers[i].o;
        const std::string name =
            network + "/" + std::to_string(i) + "." + o.name + "/" + std::to_string(batch) + "/" + named + "/";
        const auto ours = [&, way = way](const char* who, const layer& l) {
          add(name + who, o, batch, cost_of(l.o, l.o.runs[kind], batch, way), [=] { return on_hepgan(l, batch, way); });
        };
        add(name + "onednn", o, batch, cost_of(as_written(o), map_kernel::direct_convolution, batch, way),
            [=, way = way] { return fastest_on_onednn(as_written(o), batch, way); });
        ours("hepgan", layers[i]);
        if (backend_of(o.runs[kind]) == backend::onednn && o.with == resampling::none) {
          ours("native", native[i]);
          if (direct[i].o.runs[kind] != native[i].o.runs[kind]) ours("direct", direct[i]);
        }
      }
  }
}

template <int Filters>
bool add_rpv() {
  const std::string name = "rpv" + std::to_string(Filters);
  add_network<generator<Filters>>(name + "/generator");
  add_network<critic<Filters>>(name + "/critic");
  return true;
}

bool add_others() {
  add_network<cosmogan_generator<>>("cosmogan/generator");
  add_network<cosmogan_critic<>>("cosmogan/critic");
  constexpr progressive_options growing{};
  add_network<progressive_generator<growing, 4>>("growing/generator");
  add_network<progressive_critic<growing, 4>>("growing/critic");
  return true;
}

[[maybe_unused]] const bool added = add_rpv<16>() && add_rpv<32>() && add_rpv<64>() && add_rpv<128>() && add_others();

}  // namespace
