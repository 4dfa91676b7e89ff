// Threads that may be had, and that are refused.
#include <climits>
#include <hepgan/core/parallel.hpp>

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
