// What this machine can do, measured in the process that compares with it: the measure of all kernels' speeds.
#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <hepgan/backend/native/native.hpp>
#include <hepgan/core/aligned.hpp>
#include <utility>

namespace hepgan::bench {

using arch_here = arch::current;

/// One thread's time is its CPU time, which other programs take nothing of; several threads wait for each other.
inline double seconds() {
  if (threads() == 1) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The best of many: another program may have the cores for longer than a few of them take.
template <class F>
double best_seconds(F f, double over = 0.5) {
  double best = 1e9;
  for (const double start = seconds(); seconds() - start < over;) {
    const double begin = seconds();
    f();
    best = (std::min)(best, seconds() - begin);
  }
  return best;
}

/// Sums in registers that no one waits for, each another one: equal chains would be computed once. The expansion leaves
/// no array that the compiler would keep in memory.
template <int... Chain>
float multiply_add(int rounds, std::integer_sequence<int, Chain...>) {
  using V = native::widest_lanes<arch_here, float>;
  V::type sum[] = {V::all(1 + Chain)...}, factor = V::all(0.999f);
  for (int r = 0; r < rounds; ++r) {
    V::keep(factor);
    ((sum[Chain] = V::fma(sum[Chain], factor, factor)), ...);
  }
  return (V::sum(sum[Chain]) + ...);
}

/// Flops per second of fused multiply-adds in registers, on all threads.
inline double fma_peak() {
  static const double peak = [] {
    constexpr int chains = 12, rounds = 1'000'000;
    const int n = threads();
    const double seconds = best_seconds([&] {
      parallel_for(n, [&](std::int64_t) {
        benchmark::DoNotOptimize(multiply_add(rounds, std::make_integer_sequence<int, chains>()));
      });
    });
    return 2.0 * n * chains * rounds * native::widest_lanes<arch_here, float>::width / seconds;
  }();
  return peak;
}

/// Bytes per second of a[i] = b[i] + 3·c[i] over arrays beyond every cache, as STREAM counts them, on all threads.
inline double triad() {
  static const double rate = [] {
    constexpr std::int64_t n = 32 << 20;
    const aligned_block<float> a(n), b(n), c(n);
    const double seconds = best_seconds([&] {
      native::over_numbers<arch_here, float>(n, [&]<class V>(V, std::int64_t i) {
        V::store(a.data() + i, V::fma(V::all(3), V::load(c.data() + i), V::load(b.data() + i)));
      });
    });
    return 3.0 * n * sizeof(float) / seconds;
  }();
  return rate;
}

}  // namespace hepgan::bench
