// A network as a table: layers, shapes, parameters, operations, where they run, and the reorders that were inserted.
#pragma once
#include <cstdio>
#include <hepgan/net/parameters.hpp>
#include <string>

namespace hepgan {

/// The backends are those of batches of many events (`batch_kind`).
template <network_type N, class Real = float, backend Where = default_backend<Real>>
std::string summary() {
  const auto p = program_of<N, Real, use::training, Where>();
  const auto name = [](backend b) {
    return b == backend::reference ? "reference" : b == backend::native ? "native" : "onednn";
  };
  char line[200];
  std::string table;
  const auto row = [&](const char* format, auto... v) {
    std::snprintf(line, sizeof line, format, v...);
    table += line;
  };
  row("%-34s %12s %12s %12s %14s  %s\n", "layer", "input", "output", "parameters", "multiply-adds", "backend");
  int reorders = 0;
  for (const op& o : p.ops) {
    reorders += o.kind == op_kind::reorder;
    std::string layer = path_of(o);
    for (const op& l : layers_of<N>())
      if (o.fused >= 0 && l.leaf == o.fused) layer += std::string(" + ") + l.name;
    if (o.with != resampling::none) layer += o.with == resampling::up_before ? " after nearest_up" : " + average_pool";
    row("%-34s %12s %12s %12d %14lld  %s\n", layer.c_str(), to_string(o.x.extent).c_str(),
        to_string(o.y.extent).c_str(), o.weights.count, static_cast<long long>(o.multiply_adds), name(o.where));
  }
  const auto inference = program_of<N, Real, use::inference, Where>();
  row("%d parameters, %lld multiply-adds and %d (inference) or %d (training) numbers of memory per event, %d "
      "reorders\n",
      p.weights, static_cast<long long>(multiply_adds<N>), inference.size, p.size, reorders);
  row("kernels for %s\n", arch::advice);
  return table;
}

}  // namespace hepgan
