// Which kernel runs a linear map, and in which layout: the one page of such rules.
#pragma once
#include <hepgan/arch/arch.hpp>
#include <hepgan/backend/native/toom_cook/domain.hpp>
#include <hepgan/backend/op.hpp>
#include <type_traits>

namespace hepgan {

constexpr bool has_planes(const op& o) {
  const auto plain_few = [](const tensor& t) { return t.form == plain && t.extent.channels <= few_channels; };
  return plain_few(o.x) || plain_few(o.y);
}
constexpr bool has_small_window(const op& o) {
  return (std::max)(o.geo.kernel[0], o.geo.kernel[1]) <= widest_plane_window;
}

/// A convolution that sees its whole input at once, and its transpose, are matrix products.
constexpr bool is_matrix_product(const op& o) {
  const bool unpadded = o.geo.pad[0] == 0 && o.geo.pad[1] == 0;
  const auto covers = [&](shape s) { return o.geo.kernel[0] == s.height && o.geo.kernel[1] == s.width; };
  switch (o.geo.map) {
    case map_kind::dense:
      return true;
    case map_kind::convolution:
      return unpadded && covers(o.x.extent);
    case map_kind::transposed_convolution:
      return unpadded && o.x.extent.pixels() == 1 && covers(o.y.extent);
    default:
      return false;
  }
}

/// Pixels along a line of a tile in the transform domain.
constexpr int tile_of(map_kernel k) { return k == map_kernel::toom_cook_f2 ? 2 : 4; }

/// Convolutions 4×4 or 5×5 that halve an image or 3×3 that keep its size, and their adjoints, of channels in blocks and
/// whole tiles of so many pixels a line; of two only 4×4. Windows read the large side to its end, a 5×5 one pixel
/// of the padding less.
constexpr bool has_tiles(const op& o, int tile) {
  if (o.precise || (o.geo.map != map_kind::convolution && o.geo.map != map_kind::transposed_convolution)) return false;
  const auto [small, large, transposed] = sides_of(o);
  const auto axis = [&](int s, int l, int i) {
    const int stride = o.geo.stride[i], kernel = o.geo.kernel[i], pad = o.geo.pad[i];
    const bool known =
        (kernel == 4 && stride == 2) || (tile == 4 && ((kernel == 3 && stride == 1) || (kernel == 5 && stride == 2)));
    const bool spare = kernel == 5 && pad == 2;
    return known && kernel == o.geo.kernel[0] && (pad <= 1 || spare) &&
           l == stride * (s - 1) + kernel - 2 * pad + spare && s % tile == 0;
  };
  return axis(small.extent.height, large.extent.height, 0) && axis(small.extent.width, large.extent.width, 1) &&
         small.form.block > 1 && large.form.block > 1;
}

/// Transformed weights are four to six times as many, in tiles of 2×2 a good two: for few events reading them costs
/// more than they save, unless an event has several tiles and the weights stay in a cache.
constexpr bool transforms_few(const op& o, map_kernel k) {
  constexpr std::int64_t kept = 6 * (arch::current::cache / sizeof(float));
  const int tile = tile_of(k), tiles = sides_of(o).small.extent.pixels() / (tile * tile);
  return tiles >= (tile == 4 ? 4 : 8) && native::toom_cook::packed_numbers(o, k) <= kept;
}

/// oneDNN's kernels are chosen for the CPU that runs them, ours for the flags of the build.
constexpr bool has_fast_products = !std::is_same_v<arch::current, arch::generic>;
/// oneDNN knows no CPU with AVX-512 F and CD alone: in blocks of 16 it has nothing but its reference there.
constexpr bool has_onednn_kernels = !std::is_same_v<arch::current, arch::knl>;

/// In the largest tiles that there are whole ones of, and that pay. Else directly where one insists on ours, and for
/// few events of what has tiles: there it has more work for threads than oneDNN's.
constexpr map_kernel convolution_for(const op& o, bool insisted, batch_kind events) {
  const bool many = insisted || events == batch_kind::many;
  bool tiled = false;
  for (const map_kernel k : {map_kernel::toom_cook, map_kernel::toom_cook_f2})
    if (has_tiles(o, tile_of(k))) {
      if (many || transforms_few(o, k)) return k;
      tiled = true;
    }
  return insisted || tiled || !has_onednn_kernels ? map_kernel::direct_convolution : map_kernel::onednn_convolution;
}

/// The network's backend is a wish: work is `native` where oneDNN has nothing as good, and what only `terms` describes,
/// or nothing faster can do, is `reference`. One layer's, by `with_backend`, is an order: `insisted`.
constexpr map_kernel select(backend wanted, bool insisted, const op& o, batch_kind events) {
  if (wanted == backend::reference) return map_kernel::reference;
  const bool ours = insisted ? wanted == backend::native : has_fast_products;
  if (is_matrix_product(o)) return ours ? map_kernel::product_tiles : map_kernel::onednn_product;
  switch (o.geo.map) {
    case map_kind::convolution:
    case map_kind::transposed_convolution:
      if (has_planes(o)) return has_small_window(o) ? map_kernel::one_channel : map_kernel::reference;
      return ours ? convolution_for(o, insisted, events) : map_kernel::onednn_convolution;
    case map_kind::circular_pad:
    case map_kind::circular_fold:
      return map_kernel::circular;
    case map_kind::nearest_up:
    case map_kind::average_pool:
      return map_kernel::resampling;
    default:
      return map_kernel::reference;
  }
}

/// Channels in blocks of `lanes`; images of few channels, and everything on the reference, plain.
constexpr layout layout_for(backend where, shape s, int lanes) {
  return where == backend::reference || s.channels <= few_channels ? plain : layout{lanes};
}
/// Of an operation's image: for oneDNN's convolutions several channels lie in blocks, be they few.
constexpr layout layout_for(const op& o, backend where, bool insisted, shape s, int lanes) {
  const bool convolves = o.geo.map == map_kind::convolution || o.geo.map == map_kind::transposed_convolution;
  const bool in_blocks = convolves && s.channels > 1 && where != backend::reference && !is_matrix_product(o) &&
                         (!has_small_window(o) || (insisted && where == backend::onednn));
  return in_blocks ? layout{lanes} : layout_for(where, s, lanes);
}

}  // namespace hepgan
