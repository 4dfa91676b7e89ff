// Each kernel and direction, as GFLOP/s or bytes per second, and as a share of what the machine can do.
#include <fstream>
#include <hepgan/backend/onednn/api.hpp>
#include <string>
#include <vector>

#include "limits.hpp"

namespace {

std::string cpu() {
  std::ifstream about("/proc/cpuinfo");
  for (std::string line; std::getline(about, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

int main(int argc, char** argv) {
  using namespace hepgan;
  using namespace hepgan::bench;
  std::string brief = "--benchmark_min_time=0.1";  // seconds of each; an argument overrules it
  std::vector<char*> arguments(argv, argv + argc);
  arguments.insert(arguments.begin() + 1, brief.data());
  int count = argc + 1;
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 1;
  benchmark::AddCustomContext("cpu", cpu());
  benchmark::AddCustomContext("arch", arch_here::name);
  benchmark::AddCustomContext("threads", std::to_string(threads()));
#ifdef __clang__
  benchmark::AddCustomContext("compiler", __VERSION__);
#else
  benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
#endif
  benchmark::AddCustomContext("oneDNN", onednn::version());
  benchmark::AddCustomContext("FMA peak in GFLOP/s", std::to_string(fma_peak() * 1e-9));
  benchmark::AddCustomContext("triad in GB/s", std::to_string(triad() * 1e-9));
  benchmark::RunSpecifiedBenchmarks();
}
