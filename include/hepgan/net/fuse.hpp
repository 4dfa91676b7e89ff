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
/// The convolution o as one map 4×4 of stride 2 from x to y.
constexpr op resampling_convolution(op o, resampling with, const tensor& x, const tensor& y) {
  const bool up = with == resampling::up_before;
  o.with = with, o.x = x, o.y = y;
  o.geo = {up ? map_kind::transposed_convolution : map_kind::convolution, {4, 4}, {2, 2}, {1, 1}};
  o.multiply_adds = std::int64_t(16) * x.extent.channels * y.extent.channels * sides_of(o).small.extent.pixels();
  for (const batch_kind events : batch_kinds) o.runs[events] = select(backend::onednn, false, o, events);
  o.where = backend_of(o.runs[batch_kind::many]);
  return o;
}

}  // namespace detail

/// Factors of two into the convolutions 3×3 beside them (Karras et al., arXiv:1710.10196, in their program): products
/// are 16 for each pixel of the small side instead of 36. A bias between a convolution and average_pool comes after
/// both, which changes nothing.
constexpr void fuse_resampling(walk& b) {
  int kept = 0;
  for (int i = 0; i < b.count; ++i) {
    op o = b.ops[i];
    const bool followed = detail::alone_followed(b, i);
    if (followed && detail::resamples_by_two(o, map_kind::nearest_up) && detail::keeps_size(b.ops[i + 1])) {
      const op& next = b.ops[++i];
      const int from = o.in[0];
      o = detail::resampling_convolution(next, resampling::up_before, o.x, next.y);
      o.in[0] = from;
    } else if (followed && detail::keeps_size(o)) {
      const bool biased = b.ops[i + 1].kind == op_kind::bias && !b.ops[i + 1].bias_per_pixel;
      const int last = i + 1 + biased;
      if ((!biased || detail::alone_followed(b, i + 1)) && last < b.count &&
          detail::resamples_by_two(b.ops[last], map_kind::average_pool)) {
        const op pool = b.ops[last];
        o = detail::resampling_convolution(o, resampling::down_after, o.x, pool.y), o.out = pool.in[0];
        b.tensors[o.out] = pool.y;
        if (biased) {
          op bias = b.ops[i + 1];
          bias.in[0] = o.out, bias.x = bias.y = pool.y, bias.out = pool.out;
          b.ops[kept++] = o, o = bias;
        } else {
          o.out = pool.out;
        }
        i = last;
      }
    }
    b.ops[kept++] = o;
  }
  b.count = kept;
}

/// `random[leaf]` says which leaves draw random numbers: these keep an operation of their own.
constexpr void fuse_activations(walk& b, const bool* random) {
  int kept = 0;
  for (int i = 0; i < b.count; ++i) {
    op o = b.ops[i];
    if (o.kind == op_kind::normalisation && o.where == backend::native && detail::alone_followed(b, i)) {
      const op& next = b.ops[i + 1];
      if (next.kind == op_kind::pointwise && next.where == o.where && !random[next.leaf]) {
        o.fused = next.leaf, o.fused_scalars = next.scalars, o.fused_name = next.name;
        o.out = next.out, o.y = next.y;
        ++i;
      }
    }
    b.ops[kept++] = o;
  }
  b.count = kept;
}

constexpr walk fused(walk b, const bool* random) {
  fuse_resampling(b), fuse_activations(b, random);
  b.place_packed();
  return b;
}

}  // namespace hepgan
