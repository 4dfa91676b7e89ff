// Whole training steps and sampling, images per second.
#include <benchmark/benchmark.h>
#include <hepgan/dcgan.hpp>

namespace {

using namespace hepgan;

template <int Filters>
constexpr dcgan_options options{.size = 64, .channels = 1, .filters = Filters, .noise = 64};

template <int Filters>
void training_step(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0));
  gan<dcgan_generator<options<Filters>>, dcgan_critic<options<Filters>>, standard_gan, adam> g(batch, {}, {}, 1);
  std::vector<float> images(std::size_t(batch) * 64 * 64);
  const random_stream r(1, purpose::user);
  for (std::size_t i = 0; i < images.size(); ++i) images[i] = r.uniform(2 * i) < 0.05 ? 0.01f * float(r.uniform(2 * i + 1)) : 0.f;
  for (auto _ : state) g.step(images);
  state.SetItemsProcessed(state.iterations() * batch);
}

template <int Filters>
void sampling(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0));
  using generator = dcgan_generator<options<Filters>>;
  parameters<generator> p;
  initialise(p, pytorch_uniform{}, 1);
  sampler<generator> s(p, batch);
  std::vector<float> images(std::size_t(batch) * 64 * 64);
  std::uint64_t seed = 0;
  for (auto _ : state) s.sample(++seed, 0, batch, images);
  state.SetItemsProcessed(state.iterations() * batch);
}

}  // namespace

BENCHMARK(training_step<32>)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(training_step<64>)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(sampling<32>)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(sampling<64>)->Arg(64)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_MAIN();
