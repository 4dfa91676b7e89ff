// What a policy costs beside a step without it, or as a part of its step: both in turns in one process, so that what
// slows the machine slows both.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/models/progressive.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/train/progressive.hpp>

#include "networks.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

/// Of all threads, without what other programs take of the cores.
template <class F>
double cpu_seconds(F f) {
  const std::clock_t start = std::clock();
  f();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// The median of f's CPU time over that of `whole`; the time of an iteration is that of both.
template <class F, class G>
void in_turns(benchmark::State& state, const char* name, F f, G whole) {
  f(), whole();
  std::vector<double> ratios;
  for (auto _ : state) {
    const double of_f = cpu_seconds(f);
    ratios.push_back(of_f / cpu_seconds(whole));
  }
  const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  state.counters[name] = *middle;
}

/// Steps of the critic alone.
constexpr rhythm never_the_generator{.critic_steps = 1'000'000};

/// A critic step of WGAN-GP over one of the same critic without penalty; both make their generated events.
template <int Filters>
void gradient_penalty_step(benchmark::State& state) {
  using plain_critic = dcgan_critic<options<Filters>, no_norm>;
  const int batch = static_cast<int>(state.range(0));
  const wasserstein loss{{}, 0, never_the_generator};
  gan<generator<Filters>, plain_critic, wasserstein> plain(batch, {.loss = loss}, 1);
  gan<generator<Filters>, plain_critic, wasserstein, adam, gradient_penalty> penalised(batch, {.loss = loss}, 1);
  const auto images = sparse_images(batch);
  in_turns(
      state, "over_plain", [&] { penalised.step(images); }, [&] { plain.step(images); });
}

/// A step of a GAN that grows, critic and generator, over one of a DCGAN of as many filters: range(1) is the level that
/// it has come to, of which the last makes 64×64.
template <int Filters>
void growing_step(benchmark::State& state) {
  constexpr progressive_options o{
      .size = 64, .channels = 1, .filters = Filters, .most = 8 * Filters, .noise = options<Filters>.noise};
  const int batch = static_cast<int>(state.range(0)), level = static_cast<int>(state.range(1));
  progressive_gan<progressive<o>> growing(batch, {.loss = {{}, 1e-3, {}}}, 1);
  growing.restore(level, level * growth{}.steps_per_level);
  training<Filters> plain(batch, {}, 1);
  const auto images = sparse_images(batch);
  in_turns(
      state, "over_dcgan", [&] { growing.step(images); }, [&] { plain.step(images); });
}

/// OT-GAN's critic, as `rpv train --recipe optimal-transport` has it.
template <int F>
struct embedder
    : sequential<shape{1, 64, 64}, conv2d<F, kernel<4>, stride<2>, pad<1>>, crelu,
                 conv2d<2 * F, kernel<4>, stride<2>, pad<1>>, crelu, conv2d<4 * F, kernel<4>, stride<2>, pad<1>>, crelu,
                 conv2d<8 * F, kernel<4>, stride<2>, pad<1>>, crelu, dense<128>> {};

/// The loss alone, all six plans and both gradients, over a critic step that it is part of.
template <int Filters>
void transport_in_step(benchmark::State& state) {
  const int batch = static_cast<int>(state.range(0));
  const optimal_transport loss{
      {}, {.lambda = static_cast<double>(state.range(1))}, {.critic_steps = never_the_generator.critic_steps}};
  gan<generator<Filters>, embedder<Filters>, optimal_transport> step(batch, {.loss = loss}, 1);
  const auto images = sparse_images(batch);

  tape<generator<Filters>> made(batch);
  tape<embedder<Filters>> on_real(batch), on_fake(batch);
  std::vector<float> z;
  draw_latents(made, z, 2, 0);
  made.forward(step.generator);
  on_real.load(images), on_fake.load(made);
  on_real.forward(step.critic), on_fake.forward(step.critic);
  const auto embeddings = [](auto& t) {
    return rows<const float>{t.output(), std::size_t(embedder<Filters>::output.size())};
  };
  std::vector<float> d_real(embeddings(on_real).flat.size()), d_fake(d_real.size());
  const std::size_t width = embedder<Filters>::output.size();
  in_turns(
      state, "of_step",
      [&] {
        loss.critic<float>(embeddings(on_real), embeddings(on_fake), {d_real, width}, {d_fake, width});
      },
      [&] { step.step(images); });
}

}  // namespace

// Seconds of CPU time: enough turns for a median.
BENCHMARK(gradient_penalty_step<32>)->Arg(64)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->MinTime(10);
BENCHMARK(growing_step<32>)
    ->Args({64, 2})
    ->Args({64, 3})
    ->Args({64, 4})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->MinTime(10);
BENCHMARK(transport_in_step<32>)
    ->Args({256, 100})
    ->Args({256, 500})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->MinTime(10);
