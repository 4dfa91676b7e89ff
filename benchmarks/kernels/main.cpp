// Each kernel and direction, as GFLOP/s or bytes per second, and as a share of what the machine can do.
#include <hepgan/backend/onednn/api.hpp>
#include <string>
#include <vector>

#include "../context.hpp"
#include "limits.hpp"

int main(int argc, char** argv) {
  using namespace hepgan;
  using namespace hepgan::bench;
  std::string brief = "--benchmark_min_time=0.1";  // seconds of each; an argument overrules it
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, brief.data());
  int count = argc + 1;
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  add_context();
  benchmark::AddCustomContext("oneDNN", onednn::version());
  benchmark::AddCustomContext("FMA peak in GFLOP/s", std::to_string(fma_peak() * 1e-9));
  benchmark::AddCustomContext("triad in GB/s", std::to_string(triad() * 1e-9));
  benchmark::RunSpecifiedBenchmarks();
}
