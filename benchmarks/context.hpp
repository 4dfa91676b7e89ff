// What a benchmark's report says of the program.
#pragma once
#include <benchmark/benchmark.h>

#include <hepgan/arch/arch.hpp>
#include <hepgan/core/parallel.hpp>
#include <string>

namespace hepgan::bench {

inline void add_context() {
  benchmark::AddCustomContext("arch", arch::current::name);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
#ifdef __clang__
  benchmark::AddCustomContext("compiler", __VERSION__);
#else
  benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
#endif
}

}  // namespace hepgan::bench
