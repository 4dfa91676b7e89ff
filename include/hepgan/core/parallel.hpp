// Threads: an explicit count for the calling thread, and loops that they share, whose results are the same whichever
// runs what.
#pragma once
#include <omp.h>
#include <sched.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shared_work.hpp>
#include <string>
#include <type_traits>

namespace hepgan {

/// Cores that this process may use (its affinity), the default number of threads.
inline int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
}

/// Threads that hepgan and oneDNN use for work started by the calling thread.
inline int threads() { return omp_get_max_threads(); }

namespace detail {

/// Not asked for more: libgomp starts threads to see whether it can, and ends the process where it cannot.
inline int most_threads() { return (std::min)(omp_get_thread_limit(), 16 * available_cores()); }
/// How many OpenMP gives of so many threads: it may be fewer than it promises (OMP_THREAD_LIMIT, a region around this
/// one), and oneDNN then leaves work undone.
inline int threads_given([[maybe_unused]] int wanted) {
  const int adjusts = omp_get_dynamic();
  omp_set_dynamic(0);
  int given = 1;
#pragma omp parallel num_threads(wanted)
#pragma omp single
  given = omp_get_num_threads();
  omp_set_dynamic(adjusts);
  return given;
}
/// From here on it gives neither more nor, by its own judgement (OMP_DYNAMIC), fewer.
inline void hold_threads(int given) { omp_set_dynamic(0), omp_set_num_threads(given); }
inline void settle_threads() { hold_threads(threads_given((std::min)(threads(), most_threads()))); }

}  // namespace detail

/// 0 is all cores, or as many as OpenMP is allowed; more than that is an error, and changes nothing.
inline void set_threads(int n) {
  const int most = detail::most_threads();
  if (n > most)
    throw error({"threads: found ", n, ", expected at most ", most, ": 16 for each core, or OMP_THREAD_LIMIT"});
  const int given = detail::threads_given(n > 0 ? n : (std::min)(available_cores(), most));
  if (n > given)
    throw error({"threads: found ", n, ", expected at most ", given, ", which OpenMP gives here (OMP_THREAD_LIMIT)"});
  detail::hold_threads(given);
}

namespace detail {

/// run(loop, thread, begin, end) for pieces of [0, n), by so many threads at most. One function for all loops: it is
/// the loops' bodies alone that a program has many of. The whole team begins: libgomp would end threads for a smaller
/// one, and start them again.
[[gnu::noinline]] inline void run_in_parallel(int workers, std::int64_t n, void* loop,
                                              void (*run)(void*, int thread, std::int64_t begin, std::int64_t end)) {
  workers = (std::min)(workers, threads());
  if (n <= 1 || omp_in_parallel() || workers == 1) return run(loop, 0, 0, n);
  shared_work work(n, workers);
  std::exception_ptr thrown;
#pragma omp parallel
  {
    const int thread = omp_get_thread_num();
    try {
      if (thread < workers)
        work.take(thread, [&](std::int64_t begin, std::int64_t end) { run(loop, thread, begin, end); });
    } catch (...) {
#pragma omp critical(hepgan_thrown)
      thrown = std::current_exception();
    }
  }
  if (thrown) std::rethrow_exception(thrown);
}

template <class Loop>
void run_range(void* loop, int, std::int64_t begin, std::int64_t end) {
  (*static_cast<Loop*>(loop))(begin, end);
}
template <class Loop>
void run_each(void* loop, int, std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) (*static_cast<Loop*>(loop))(i);
}
template <class Loop>
void run_each_by_worker(void* loop, int worker, std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) (*static_cast<Loop*>(loop))(worker, i);
}
inline void* untyped(const void* loop) { return const_cast<void*>(loop); }

}  // namespace detail

/// f(begin, end) on ranges that make up [0, n). Which thread runs one must not change a result. What f throws, one of
/// it, is thrown here: an exception must not leave a parallel region. Inside another one, or with one thread, for which
/// libgomp would make a system call each time, it is a plain call; so it is for n = 1, and loops inside may be
/// parallel.
template <class F>
void parallel_ranges(std::int64_t n, F&& f) {
  detail::run_in_parallel(threads(), n, detail::untyped(&f), &detail::run_range<std::remove_reference_t<F>>);
}

/// Numbers that a simple loop has done by the time that other threads have been told of it.
inline constexpr std::int64_t not_worth_threads = 1 << 14;

/// f(i) for i in [0, n), by such ranges. `numbers`: all that a simple loop reads; a plain call where they are few.
template <class F>
void parallel_for(std::int64_t n, F&& f, std::int64_t numbers = not_worth_threads + 1) {
  constexpr auto run = &detail::run_each<std::remove_reference_t<F>>;
  if (numbers <= not_worth_threads) return run(detail::untyped(&f), 0, 0, n);
  detail::run_in_parallel(threads(), n, detail::untyped(&f), run);
}

/// f(worker, i) for i in [0, n), by so many workers, each with memory to write to on the way to i's result.
template <class F>
void parallel_for(int workers, std::int64_t n, F&& f) {
  detail::run_in_parallel(workers, n, detail::untyped(&f), &detail::run_each_by_worker<std::remove_reference_t<F>>);
}

}  // namespace hepgan
