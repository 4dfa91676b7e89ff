// Threads that may be had, and that are refused; loops that they share.
#include <atomic>
#include <chrono>
#include <climits>
#include <hepgan/core/parallel.hpp>
#include <thread>
#include <vector>

#include "catch.hpp"

using namespace hepgan;

TEST_CASE("threads that OpenMP does not give are refused, and nothing changes") {
  const int levels = omp_get_max_active_levels();
  set_threads(2);
  omp_set_max_active_levels(0), omp_set_dynamic(1);
  CHECK_THROWS_WITH(set_threads(3), has_text("threads: found 3, expected at most 1, which OpenMP gives here"));
  CHECK(threads() == 2);
  CHECK(omp_get_dynamic());
  set_threads(0);
  CHECK(threads() == 1);
  CHECK_FALSE(omp_get_dynamic());
  omp_set_max_active_levels(levels);
  set_threads(0);
}

TEST_CASE("threads beyond reason are refused before one is started") {
  const int before = threads(), most = detail::most_threads();
  for (const int n : {most + 1, 1000000, INT_MAX})
    CHECK_THROWS_WITH(set_threads(n), has_text("threads: found " + std::to_string(n) + ", expected at most " +
                                               std::to_string(most) + ": 16 for each core, or OMP_THREAD_LIMIT"));
  CHECK(threads() == before);
}

TEST_CASE("a loop that threads share runs everything once") {
  for (const int threads : {1, 2, 3, 100})
    for (const std::int64_t n : {0, 1, 2, 7, 16, 17, 1000}) {
      CAPTURE(threads, n);
      detail::shared_work work(n, threads);
      std::vector<int> runs(n);
      for (int t = threads; t-- > 0;)
        work.take(t, [&](std::int64_t begin, std::int64_t end) {
          CHECK(begin < end);
          for (std::int64_t i = begin; i < end; ++i) ++runs[i];
        });
      CHECK(std::ranges::all_of(runs, [](int k) { return k == 1; }));
    }
  set_threads(3);
  std::vector<std::atomic<int>> runs(1000);
  std::atomic<int> strangers = 0;
  parallel_for(1000, [&](std::int64_t i) { ++runs[i]; });
  parallel_ranges(1000, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) ++runs[i];
  });
  parallel_for(2, 1000, [&](std::int64_t worker, std::int64_t i) { ++runs[i], strangers += worker < 0 || worker > 1; });
  CHECK(std::ranges::all_of(runs, [](int k) { return k == 3; }));
  CHECK(strangers == 0);
  set_threads(0);
}

TEST_CASE("a thread that falls behind keeps none of its share for itself") {
  set_threads(2);
  constexpr int n = 16;  // as many as pieces
  std::atomic<int> done = 0;
  bool all_others = false;
  parallel_for(n, [&](std::int64_t i) {
    using clock = std::chrono::steady_clock;
    for (const auto end = clock::now() + std::chrono::seconds(60); i == 0 && done < n - 1 && clock::now() < end;)
      std::this_thread::yield();
    if (i == 0) all_others = done == n - 1;
    ++done;
  });
  CHECK(all_others);
  set_threads(0);
}

TEST_CASE("what a loop throws is thrown where it was begun, and loops inside are plain") {
  set_threads(2);
  CHECK_THROWS_WITH(parallel_for(100,
                                 [](std::int64_t i) {
                                   if (i == 57) throw error("57");
                                 }),
                    "57");
  std::atomic<int> inner = 0;
  parallel_for(8, [&](std::int64_t) { parallel_for(8, [&](std::int64_t) { ++inner; }); });
  CHECK(inner == 64);
  set_threads(0);
}
