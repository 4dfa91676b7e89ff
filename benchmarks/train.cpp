// Whole training steps and sampling, images per second.
#include <benchmark/benchmark.h>

#include "context.hpp"
#include "networks.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

template <int Filters>
void training_step(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0));
  training<Filters> g(batch, {}, 1);
  const auto images = sparse_images(batch);
  g.step(images);  // packs weights, and finds its memory
  for (auto _ : state) g.step(images);
  state.SetItemsProcessed(state.iterations() * batch);
}

template <int Filters>
void sampling(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0));
  parameters<generator<Filters>> p;
  initialise(p, pytorch_uniform{}, 1);
  sampler<generator<Filters>> s(p, batch);
  std::vector<float> images(std::size_t(batch) * 64 * 64);
  std::uint64_t seed = 0;
  s.sample(seed, 0, batch, images);
  for (auto _ : state) s.sample(++seed, 0, batch, images);
  state.SetItemsProcessed(state.iterations() * batch);
}

}  // namespace

BENCHMARK(training_step<32>)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);
BENCHMARK(training_step<64>)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);
BENCHMARK(sampling<32>)->Arg(64)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);
BENCHMARK(sampling<64>)->Arg(64)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  add_context();
  benchmark::RunSpecifiedBenchmarks();
}
