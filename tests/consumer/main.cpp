#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>
#include <hepgan/core/shape.hpp>
#include <oneapi/dnnl/dnnl.hpp>

int other();

int main() {
  const bool finds_onednn = dnnl::engine::get_count(dnnl::engine::kind::cpu) == 1;
  const bool finds_openmp = omp_get_max_threads() >= 1;
  return finds_onednn && finds_openmp && hepgan::shape{1, 8, 8}.size() == other() ? 0 : 1;
}
