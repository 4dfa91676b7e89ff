// Convolutions in the transform domain against plain sums in double.
#include "../support/catch.hpp"
#include "convolutions.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

template <class Real, precision P = precision::fp32>
kernel_functions<Real> kernel_for(const sizes& s) {
  using namespace native::toom_cook;
  const bool in_fours = (s.map == map_kind::convolution ? s.y : s.x).height % 4 == 0;
  return !in_fours          ? native::toom_cook_kernel<halving_f2, arch::current, Real, P>()
         : s.kernel[0] == 5 ? native::toom_cook_kernel<halving_by_five, arch::current, Real, P>()
         : s.kernel[0] == 4 ? native::toom_cook_kernel<halving, arch::current, Real, P>()
                            : native::toom_cook_kernel<keeping, arch::current, Real, P>();
}

/// Between `large` channels at twice the size and `small` at height × width.
sizes halving(map_kind map, int large, int small, int height, int width, std::array<int, 2> pad, int batch, int block) {
  const shape l(large, 2 * (height + 1 - pad[0]), 2 * (width + 1 - pad[1])), s(small, height, width);
  const bool up = map == map_kind::transposed_convolution;
  return {map, up ? s : l, up ? l : s, {4, 4}, {2, 2}, pad, batch, block};
}

/// The same with windows 5×5: with padding 1, in the first argument's place, 2, and one pixel of it never read.
sizes by_five(map_kind map, int large, int small, int height, int width, std::array<int, 2> pad, int batch, int block) {
  const auto padded = [](int pad) { return pad == 1 ? 2 : 1; };
  const auto extent = [&](int n, int pad) { return pad == 2 ? 2 * n : 2 * n + 1; };
  const std::array<int, 2> pads{padded(pad[0]), padded(pad[1])};
  const shape l(large, extent(height, pads[0]), extent(width, pads[1])), s(small, height, width);
  const bool up = map == map_kind::transposed_convolution;
  return {map, up ? s : l, up ? l : s, {5, 5}, {2, 2}, pads, batch, block};
}

/// 3×3 of a small side of height × width, which is the large one's size but for padding.
sizes keeping(map_kind map, int large, int small, int height, int width, std::array<int, 2> pad, int batch, int block) {
  const shape l(large, height + 2 - 2 * pad[0], width + 2 - 2 * pad[1]), s(small, height, width);
  const bool up = map == map_kind::transposed_convolution;
  return {map, up ? s : l, up ? l : s, {3, 3}, {1, 1}, pad, batch, block};
}
/// 4×4 where there are whole tiles of 2×2 alone.
sizes in_twos(map_kind map, int large, int small, int height, int width, std::array<int, 2> pad, int batch, int block) {
  return halving(map, large, small, height - 2, width - 2, pad, batch, block);
}
constexpr auto windows = {&halving, &by_five, &keeping, &in_twos};

void check(const sizes& s, double rms = 3e-6, double most = 2e-5) {
  if (left_out()) return;
  CAPTURE(int(s.map), to_string(s.x), to_string(s.y), s.pad[0], s.pad[1], s.batch, s.block);
  const problem p = make(s);
  const auto kernel = kernel_for<float>(s);
  const outcome found = run(kernel, p), want = expected(p);
  REQUIRE(found.all_written);
  const auto agree = [&](const numbers& a, const numbers& b) {
    REQUIRE(rms_error(a, b) < rms);
    REQUIRE(distance(a, b) < most);
  };
  agree(found.y, want.y), agree(found.dx, want.dx), agree(found.gradient, want.gradient);
  const double scale = std::sqrt(dot(found.y, found.y) * dot(p.dy, p.dy));
  REQUIRE(std::abs(dot(found.y, p.dy) - dot(p.x, found.dx)) < 1e-5 * scale);
  REQUIRE(std::abs(dot(found.y, p.dy) - dot(p.weights, found.gradient)) < 1e-5 * scale);
  REQUIRE(run(kernel, p, {.want_dx = false}).gradient == found.gradient);
  REQUIRE(run(kernel, p, {.want_gradient = false}).dx == found.dx);
}

constexpr map_kind both_ways[]{map_kind::convolution, map_kind::transposed_convolution};

}  // namespace

TEST_CASE("the transforms are exact: in double nothing but rounding is left") {
  for (const map_kind map : both_ways)
    for (const std::array<int, 2> pad : {std::array{1, 1}, std::array{1, 0}, std::array{0, 1}, std::array{0, 0}}) {
      CAPTURE(int(map), pad[0], pad[1]);
      for (const auto sized : windows) {
        if (left_out()) continue;
        const sizes s = sized(map, 16, 24, 8, 4, pad, 3, 8);
        const problem p = make(s);
        const outcome found = run(kernel_for<double>(s), p), want = expected(p);
        REQUIRE(found.all_written);
        CHECK(distance(found.y, want.y) < 1e-13);
        CHECK(distance(found.dx, want.dx) < 1e-13);
        CHECK(distance(found.gradient, want.gradient) < 1e-13);
      }
    }
}

TEST_CASE("convolutions in the transform domain agree with sums in double in any channel block") {
  for (const map_kind map : both_ways)
    for (const int block : {8, 16})
      for (const auto sized : windows) {
        check(sized(map, block, block, 4, 4, {1, 1}, 1, block));
        check(sized(map, 3 * block, 2 * block, 4, 8, {1, 1}, 5, block));        // an odd number of vectors on one side
        check(sized(map, 2 * block, 3 * block, 8, 4, {1, 0}, 3, block));        // as circular padding leaves it
        check(sized(map, block, 2 * block, 16, 16, {1, 1}, 7, block));          // a last chunk that is not full
        check(sized(map, 2 * block + 1, 5, 4, 4, {1, 1}, 3, block));            // blocks with padding
        check(sized(map, block - 1, 3 * block - 2, 4, 8, {1, 1}, 130, block));  // in several chunks
      }
}

TEST_CASE("errors of the transform domain at the sizes of RPV networks") {
  // Of direct convolution in float: 0.4 to 1e-6.
  for (const map_kind map : both_ways) {
    check(halving(map, 64, 128, 8, 8, {1, 1}, 4, 16), 2.5e-6);
    check(halving(map, 256, 512, 4, 4, {1, 1}, 2, 16), 5e-6, 3e-5);
    check(by_five(map, 64, 128, 8, 8, {1, 1}, 4, 16), 2.5e-6);
    check(by_five(map, 256, 512, 4, 4, {1, 1}, 2, 16), 5e-6, 3e-5);
    check(keeping(map, 128, 128, 8, 8, {1, 1}, 4, 16), 2.5e-6);
    check(keeping(map, 16, 16, 64, 64, {1, 1}, 4, 16), 2.5e-6);
    check(in_twos(map, 128, 256, 8, 8, {1, 1}, 4, 16), 1.2e-6);
  }
}

TEST_CASE("convolutions in the transform domain do not depend on the number of threads, nor on the other events") {
  for (const map_kind map : both_ways) {
    const auto sized = GENERATE(&halving, &by_five, &keeping, &in_twos);
    const bool grouped = GENERATE(false, true);  // so many tiles that weights' gradients are summed up in groups
    if (left_out()) continue;
    const int side = grouped ? 16 : 8;
    const sizes s = sized(map, 16, 32, side, side, {1, 1}, grouped ? 77 : 50, 16);
    const problem p = make(s);
    const auto kernel = kernel_for<float>(s);
    const outcome one = run(kernel, p, {.threads = 1});
    for (const int threads : {2, 3, 4}) {
      CHECK(run(kernel, p, {.threads = threads}) == one);
    }
    problem settled = p;  // a backward pass after a forward pass with running statistics
    settled.training = false;
    CHECK(run(kernel, settled, {.threads = 2}) == run(kernel, p, {.threads = 2}));
    problem last = p;
    last.batch = 1, last.x.assign(p.x.end() - p.what.x.extent.size(), p.x.end());
    last.dy.assign(p.dy.end() - p.what.y.extent.size(), p.dy.end());
    const outcome alone = run(kernel, last);
    CHECK(std::equal(alone.y.begin(), alone.y.end(), one.y.end() - p.what.y.extent.size()));
  }
}

namespace {
struct in_tiny_chunks : arch::current {
  static constexpr int tiles = 16;
};
}  // namespace

TEST_CASE("gradients of many weights are summed up in groups of several chunks, the same on any number of threads") {
  using windows_4 = native::toom_cook::halving;
  const problem p = make(halving(map_kind::convolution, 16, 32, 8, 8, {1, 1}, 77, 16));
  const native::toom_cook::domain d(windows_4::sizes, p.what, in_tiny_chunks::lanes,
                                    in_tiny_chunks::cache / sizeof(float), in_tiny_chunks::tiles);
  const native::toom_cook::division_of_gradient by(d, p.batch, 10);
  REQUIRE(by.slots == 10);
  REQUIRE(by.groups < d.chunks(p.batch));
  const auto kernel = native::toom_cook_kernel<windows_4, in_tiny_chunks, float>();
  const outcome one = run(kernel, p, {.threads = 1});
  CHECK(rms_error(one.gradient, expected(p).gradient) < 3e-6);
  for (const int threads : {2, 10}) CHECK(run(kernel, p, {.threads = threads}) == one);
}

TEST_CASE("products of bf16 in the transform domain are right to a hundredth") {
  for (const map_kind map : both_ways)
    for (const int block : {8, 16})
      for (const auto sized : windows)
        for (const int batch : {1, 3, 6}) {
          if (left_out()) continue;
          const int few = batch == 3 ? 1 : 0;  // channels less than fill the blocks
          const sizes s =
              sized(map, 3 * block - few, 2 * block + few, 4, batch == 6 ? 8 : 4, {1, 1}, batch, block);  // odd tiles
          CAPTURE(int(map), block, s.kernel[0], batch);
          problem p = make(s);
          p.what.products = precision::bf16;
          const outcome found = run(kernel_for<float, precision::bf16>(s), p), want = expected(p);
          REQUIRE(found.all_written);
          for (const auto& [a, b] :
               {std::pair(found.y, want.y), {found.dx, want.dx}, {found.gradient, want.gradient}}) {
            CHECK(rms_error(a, b) < 2e-2);
            CHECK(rms_error(a, b) > 1e-3);
          }
        }
}

TEST_CASE("one point's share of a chunk fits the second cache of a core, Knights Landing's too") {
  const auto check = []<class Arch>(Arch) {
    for (const int channels : {32, 256, 512, 1024}) {
      CAPTURE(Arch::name, channels);
      op o = operation(op_kind::linear_map, {channels, 8, 8}, {2 * channels, 4, 4}, 16);
      o.geo = {map_kind::convolution, {4, 4}, {2, 2}, {1, 1}};
      const native::toom_cook::domain d(native::toom_cook::halving::sizes, o, 16, Arch::cache / sizeof(float),
                                        Arch::tiles);
      const int tiles = d.chunk_events(256) * d.tiles_of_event();
      CHECK((d.v_plane(tiles) + d.m_plane(tiles) - 2 * d.apart) * sizeof(float) <= Arch::cache);
      CHECK((tiles == Arch::tiles || channels > 32));
    }
  };
  check(arch::avx512{}), check(arch::knl{});
}

namespace {
struct in_small_chunks : arch::current {
  static int passing_tiles() { return 16; }
};
struct in_large_chunks : arch::current {
  static int passing_tiles() { return tiles; }
};
}  // namespace

TEST_CASE("images are the same in small chunks, which are taken where weights are near and products long") {
  const problem p = make(halving(map_kind::convolution, 32, 128, 8, 8, {1, 1}, 9, 16));
  for (const int threads : {1, 3}) {
    if (left_out()) continue;
    const auto in = [&]<class Arch>(Arch) {
      return run(native::toom_cook_kernel<native::toom_cook::halving, Arch, float>(), p,
                 {.threads = threads, .want_gradient = false});
    };
    CHECK(in(in_small_chunks{}) == in(in_large_chunks{}));
  }
  const auto tiles_for = [](int large, int small, std::int64_t last_cache) {
    op o = operation(op_kind::linear_map, {large, 16, 16}, {small, 8, 8}, 16);
    o.geo = {map_kind::convolution, {4, 4}, {2, 2}, {1, 1}};
    return native::toom_cook::domain(native::toom_cook::halving::sizes, o, 16, 1 << 18, 64)
        .passing(16, last_cache)
        .most_tiles;
  };
  CHECK(tiles_for(32, 128, 1 << 22) == 16);
  CHECK(tiles_for(32, 128, 1 << 18) == 64);  // transformed weights are 25·128·128
  CHECK(tiles_for(16, 128, 1 << 22) == 64);
  CHECK(tiles_for(32, 64, 1 << 22) == 64);
}
