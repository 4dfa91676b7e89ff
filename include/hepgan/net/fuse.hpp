// Fusion as a loop over the array: a pointwise layer that follows a batch norm, and is its only reader, runs inside it.
#pragma once
#include <hepgan/net/walk.hpp>

namespace hepgan {

constexpr int consumers(const walk& b, int t) {
  int n = 0;
  for (int i = 0; i < b.count; ++i) n += (b.ops[i].in[0] == t) + (b.ops[i].in[1] == t);
  return n;
}

/// `random[leaf]` says which leaves draw random numbers: these keep an operation of their own.
constexpr walk fused(walk b, const bool* random) {
  int kept = 0;
  for (int i = 0; i < b.count; ++i) {
    op o = b.ops[i];
    if (i + 1 < b.count && o.kind == op_kind::normalisation && o.where == backend::native) {
      const op& next = b.ops[i + 1];
      if (next.kind == op_kind::pointwise && next.in[0] == o.out && next.where == o.where && !random[next.leaf] &&
          consumers(b, o.out) == 1) {
        o.fused = next.leaf, o.fused_scalars = next.scalars;
        o.out = next.out, o.y = next.y;
        ++i;
      }
    }
    b.ops[kept++] = o;
  }
  b.count = kept;
  return b;
}

}  // namespace hepgan
