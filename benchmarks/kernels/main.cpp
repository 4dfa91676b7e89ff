// Each kernel and direction at the sizes of the RPV networks, as GFLOP/s or GB/s and as a share of the machine's limit.
#include <string>

#include "limits.hpp"

int main(int argc, char** argv) {
  using namespace hepgan;
  using namespace hepgan::bench;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("arch", arch_here::name);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
  benchmark::AddCustomContext("FMA peak in GFLOP/s", std::to_string(fma_peak() * 1e-9));
  benchmark::AddCustomContext("triad in GB/s", std::to_string(triad() * 1e-9));
  benchmark::RunSpecifiedBenchmarks();
}
