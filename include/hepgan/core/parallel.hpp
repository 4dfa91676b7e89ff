// Threads: an explicit count for the calling thread, and a statically split loop, so that results repeat.
#pragma once
#include <omp.h>
#include <sched.h>

#include <cstdint>

namespace hepgan {

/// Cores that this process may use (its affinity), the default number of threads.
inline int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
}

/// Threads that hepgan and oneDNN use for work started by the calling thread.
inline void set_threads(int n) { omp_set_num_threads(n > 0 ? n : available_cores()); }
inline int threads() { return omp_get_max_threads(); }

/// f(i) for i in [0, n), contiguous ranges per thread. Which thread runs i never changes a result.
template <class F>
void parallel_for(std::int64_t n, F&& f) {
#pragma omp parallel for schedule(static)
  for (std::int64_t i = 0; i < n; ++i) f(i);
}

}  // namespace hepgan
