// hepgan's side of the comparison: `peer_hepgan PRECISION train F`, `sample F BATCH` or `cosmogan BATCH`, the last in
// fp32 alone. Like its rivals it says in one line what it is, then waits: for each number of seconds that it reads, it
// works for so long and answers with the milliseconds of every step. A rival that waits for its turn sleeps in a read.
#include <dnnl.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "../../tests/support/allocations.hpp"
#include "../networks.hpp"

namespace {

using namespace hepgan;
using namespace hepgan::bench;

template <class Step>
double milliseconds(Step& step) {
  const auto begin = std::chrono::steady_clock::now();
  step();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

template <class Step>
void serve(std::size_t weights, Step step) {
  step(), step();
  const long before = allocations;
  step();
  const long per_step = allocations - before;
  const auto* v = dnnl_version();
  std::cout << "{\"weights\": " << weights << ", \"threads\": " << threads() << ", \"allocations\": " << per_step
            << ", \"versions\": \"g++ " << __VERSION__ << ", oneDNN " << v->major << '.' << v->minor << '.' << v->patch
            << ", kernels for " << arch::current::name << "\"}" << std::endl;

  for (double seconds; std::cin >> seconds;) {
    step();  // finds its data in no cache: the others had the machine
    std::ostringstream times;
    double spent = 0;
    for (int n = 0; n < 3 || spent < 1000 * seconds; ++n) {
      const double ms = milliseconds(step);
      spent += ms;
      times << (n ? "," : "[") << ms;
    }
    std::cout << times.str() << ']' << std::endl;
  }
}

template <class Gan>
void train(int batch) {
  Gan g(batch, {}, 1);
  const auto images = sparse_images(batch, Gan::critic_tape::network::input.height);
  serve(g.generator.flat().size() + g.critic.flat().size(), [&] { g.step(images); });
}

template <class Generator>
void sample(int batch) {
  parameters<Generator> p;
  initialise(p, pytorch_uniform{}, 1);
  sampler<Generator> s(p, batch);
  std::vector<float> images(std::size_t(batch) * 64 * 64);
  std::uint64_t seed = 0;
  serve(p.flat().size(), [&] { s.sample(++seed, 0, batch, images); });
}

template <int Filters, precision P>
bool run(const std::string& task, int batch) {
  if (task == "train")
    train<training<Filters, P>>(64);
  else if (task == "sample" && batch > 0)
    sample<generator<Filters, P>>(batch);
  else
    return false;
  return true;
}
template <precision P>
bool run(const std::string& task, const std::string& filters, int batch) {
  return (filters == "32" && run<32, P>(task, batch)) || (filters == "64" && run<64, P>(task, batch));
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i) { return std::string(argc > i ? argv[i] : ""); };
  const std::string products = argument(1), task = argument(2), filters = argument(3);
  const int batch = argc > 4 ? std::atoi(argv[4]) : 64;
  if (products == "fp32" && task == "cosmogan" && std::atoi(filters.c_str()) > 0)
    return train<cosmogan_training>(std::atoi(filters.c_str())), 0;
  if (products == "fp32" && run<precision::fp32>(task, filters, batch)) return 0;
  if (products == "bf16" && run<precision::bf16>(task, filters, batch)) return 0;
  std::cerr << "peer_hepgan takes fp32 or bf16, then train F, sample F BATCH, with F 32 or 64, or cosmogan BATCH.\n";
  return 2;
}
