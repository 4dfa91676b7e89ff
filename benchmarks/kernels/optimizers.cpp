// One sweep of an optimizer over all parameters of a generator.
#include <hepgan/models/dcgan.hpp>
#include <hepgan/optim/optimizers.hpp>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

template <class Optimizer, int Filters>
void sweep(benchmark::State& state) {
  constexpr int n = parameter_count<dcgan_generator<dcgan_options{.filters = Filters}>>;
  const Optimizer o{};
  typename Optimizer::template state<float> moments(n);
  aligned_block<float> w = filled(n);
  const aligned_block<float> g = filled(n);
  for (auto _ : state) optimizer_step<Optimizer, float>(o, moments, w.span(), g.span());
  const double blocks = double(moments.blocks().size());
  report_bytes(state, sizeof(float) * double(n) * (3 + 2 * blocks));  // g read; w and each moment read and written
}

}  // namespace

BENCHMARK_TEMPLATE(sweep, sgd, 32)->Apply(timed);
BENCHMARK_TEMPLATE(sweep, sgd, 64)->Apply(timed);
BENCHMARK_TEMPLATE(sweep, rmsprop, 32)->Apply(timed);
BENCHMARK_TEMPLATE(sweep, rmsprop, 64)->Apply(timed);
BENCHMARK_TEMPLATE(sweep, adam, 32)->Apply(timed);
BENCHMARK_TEMPLATE(sweep, adam, 64)->Apply(timed);
