// What programs cost the compiler: seconds of CPU and megabytes of one translation unit at -O2, beside a budget, and
// beside the same GAN in PyTorch's C++ interface where that is installed.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

namespace {

struct cost {
  double seconds, megabytes;
};

/// Of a command and all that it starts; ends the program where it fails.
cost run(const std::string& command) {
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || wait4(child, &status, 0, &used) < 0 || status != 0) {
    std::cerr << "bench_compile: found a failure, expected success: " << command << '\n';
    std::exit(1);
  }
  const auto seconds = [](timeval t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return {seconds(used.ru_utime) + seconds(used.ru_stime), double(used.ru_maxrss) / 1e3};
}

/// A program of the project, under flags; a budget of 0 seconds: none.
void add(const std::string& program, const std::string& flags, double seconds = 0, double megabytes = 0) {
  const std::string command = HEPGAN_COMPILER " -O2 -x c++ -c -o /dev/null " + flags + " " HEPGAN_ROOT "/" + program;
  const auto once = [=](benchmark::State& state) {
    cost last{};
    for (auto _ : state) last = run(command), state.SetIterationTime(last.seconds);
    state.counters["MB"] = last.megabytes;
    if (seconds > 0) state.counters["budget s"] = seconds, state.counters["budget MB"] = megabytes;
  };
  benchmark::RegisterBenchmark(program.c_str(), once)->UseManualTime()->Iterations(1)->Unit(benchmark::kSecond);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::AddCustomContext("compiler", HEPGAN_COMPILER_VERSION);
  std::ifstream budget(HEPGAN_ROOT "/benchmarks/compile/budget.tsv");
  for (std::string line; std::getline(budget, line);) {
    std::istringstream columns(line);
    std::string program;
    double seconds, megabytes;
    if (columns >> program >> seconds >> megabytes) add(program, HEPGAN_FLAGS, seconds, megabytes);
  }
#ifdef HEPGAN_TORCH_INCLUDE
  add("benchmarks/compile/torch_gan.cpp", "-std=c++17 -I" HEPGAN_TORCH_INCLUDE);
#else
  std::cerr << "PyTorch's C++ interface (libtorch-dev) is not installed: its GAN is not compiled beside ours\n";
#endif
  benchmark::RunSpecifiedBenchmarks();
}
