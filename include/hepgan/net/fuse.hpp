// Fusion as loops over the array: a pointwise layer that follows a batch norm, and is its only reader, runs inside it;
// a convolution 3×3 beside a factor of two becomes one of 4×4 and stride 2.
#pragma once
#include <hepgan/net/walk.hpp>

namespace hepgan {

constexpr int consumers(const walk& b, int t) {
  int n = 0;
  for (int i = 0; i < b.count; ++i) n += (b.ops[i].in[0] == t) + (b.ops[i].in[1] == t);
  return n;
}

namespace detail {

/// Whether operation i + 1 reads what operation i writes, and nothing else does.
constexpr bool alone_followed(const walk& b, int i) {
  return i + 1 < b.count && b.ops[i + 1].in[0] == b.ops[i].out && b.ops[i + 1].in[1] < 0 &&
         consumers(b, b.ops[i].out) == 1;
}
constexpr bool keeps_size(const op& o) {
  constexpr std::array one{1, 1}, three{3, 3};
  return o.geo.map == map_kind::convolution && o.geo.kernel == three && o.geo.stride == one && o.geo.pad == one &&
         o.where != backend::reference && !o.insisted;
}
constexpr bool resamples_by_two(const op& o, map_kind how) {
  return o.geo.map == how && o.geo.stride == std::array{2, 2} && o.where != backend::reference;
}
/// Turns the convolution o into one map 4×4 of stride 2 from x to y.
constexpr void resample(op& o, resampling with, const tensor& x, const tensor& y) {
  const bool up = with == resampling::up_before;
  o.with = with, o.x = x, o.y = y;
  o.geo = {up ? map_kind::transposed_convolution : map_kind::convolution, {4, 4}, {2, 2}, {1, 1}};
  o.multiply_adds = std::int64_t(16) * x.extent.channels * y.extent.channels * sides_of(o).small.extent.pixels();
  for (const batch_kind events : batch_kinds) o.runs[events] = select(backend::onednn, false, o, events);
  o.where = backend_of(o.runs[batch_kind::many]);
}
/// Operation i as the next one that is kept.
constexpr op& keep(walk& b, int& kept, int i) {
  if (kept != i) b.ops[kept] = b.ops[i];
  return b.ops[kept++];
}

}  // namespace detail

/// Factors of two into the convolutions 3×3 beside them (Karras et al., arXiv:1710.10196, in their program): products
/// are 16 for each pixel of the small side instead of 36. A bias between a convolution and average_pool comes after
/// both, which changes nothing.
constexpr void fuse_resampling(walk& b) {
  int kept = 0;
  for (int i = 0; i < b.count; ++i) {
    if (detail::resamples_by_two(b.ops[i], map_kind::nearest_up) && detail::alone_followed(b, i) &&
        detail::keeps_size(b.ops[i + 1])) {
      const int from = b.ops[i].in[0];
      const tensor x = b.ops[i].x;
      op& o = detail::keep(b, kept, ++i);
      detail::resample(o, resampling::up_before, x, o.y);
      o.in[0] = from;
      continue;
    }
    const bool followed = detail::keeps_size(b.ops[i]) && detail::alone_followed(b, i);
    op& o = detail::keep(b, kept, i);
    if (!followed) continue;
    const bool biased = b.ops[i + 1].kind == op_kind::bias && !b.ops[i + 1].bias_per_pixel;
    const int last = i + 1 + biased;
    if ((biased && !detail::alone_followed(b, i + 1)) || last >= b.count ||
        !detail::resamples_by_two(b.ops[last], map_kind::average_pool))
      continue;
    const int small = b.ops[last].in[0], out = b.ops[last].out;
    const tensor y = b.ops[last].y;
    detail::resample(o, resampling::down_after, o.x, y);
    o.out = out;
    if (biased) {
      b.tensors[small] = y, o.out = small;
      op& bias = detail::keep(b, kept, i + 1);
      bias.in[0] = small, bias.x = bias.y = y, bias.out = out;
    }
    i = last;
  }
  b.count = kept;
}

/// `random[leaf]` says which leaves draw random numbers: these keep an operation of their own.
constexpr void fuse_activations(walk& b, const bool* random) {
  int kept = 0;
  for (int i = 0; i < b.count; ++i) {
    const bool followed =
        b.ops[i].kind == op_kind::normalisation && b.ops[i].where == backend::native && detail::alone_followed(b, i);
    op& o = detail::keep(b, kept, i);
    if (!followed) continue;
    const op& next = b.ops[i + 1];
    if (next.kind == op_kind::pointwise && next.where == o.where && !random[next.leaf]) {
      o.fused = next.leaf, o.fused_scalars = next.scalars, o.fused_name = next.name;
      o.out = next.out, o.y = next.y;
      ++i;
    }
  }
  b.count = kept;
}

}  // namespace hepgan
