// One sweep of an optimizer over all parameters of the generator with range(0) filters.
#include <hepgan/optim/optimizers.hpp>

#include "fixture.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

template <class Optimizer>
void sweep(benchmark::State& state) {
  const int f = static_cast<int>(state.range(0)), n = 16 * (64 * 8 * f + f * f * (8 * 4 + 4 * 2 + 2) + f);
  const Optimizer o{};
  typename Optimizer::template state<float> moments(n);
  aligned_block<float> w = fixture::filled(n);
  const aligned_block<float> g = fixture::filled(n);
  for (auto _ : state) o.template step<float>(moments, w.span(), g.span());
  const double blocks = double(moments.blocks().size());
  report_bytes(state, sizeof(float) * double(n) * (3 + 2 * blocks));  // g read; w and each moment read and written
}

}  // namespace

BENCHMARK_TEMPLATE(sweep, sgd)->Apply(sizes);
BENCHMARK_TEMPLATE(sweep, rmsprop)->Apply(sizes);
BENCHMARK_TEMPLATE(sweep, adam)->Apply(sizes);
