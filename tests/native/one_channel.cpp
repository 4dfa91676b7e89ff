// One-channel convolutions in every direction against plain sums in double.
#include "../support/catch.hpp"
#include "harness.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

struct sizes {
  map_kind map;
  shape x, y;
  std::array<int, 2> kernel, stride, pad;
  int batch, block;
};

problem make(const sizes& s) {
  problem p{.what = operation(op_kind::linear_map, s.x, s.y, s.block), .batch = s.batch};
  p.what.geo = {s.map, s.kernel, s.stride, s.pad};
  p.weights = draw(std::size_t(s.x.channels) * s.y.channels * s.kernel[0] * s.kernel[1], 1);
  p.x = draw(std::size_t(s.batch) * s.x.size(), 2), p.dy = draw(std::size_t(s.batch) * s.y.size(), 3);
  return p;
}

/// Σ over all products of a convolution, or of its adjoint, straight from their definition.
outcome expected(const problem& p) {
  const op& o = p.what;
  const bool adjoint = o.geo.map == map_kind::transposed_convolution;
  const shape s = adjoint ? o.x.extent : o.y.extent, l = adjoint ? o.y.extent : o.x.extent;
  outcome r;
  r.y.assign(p.dy.size(), 0), r.dx.assign(p.x.size(), 0), r.gradient.assign(p.weights.size(), 0);
  for (int n = 0; n < p.batch; ++n)
    for (int cs = 0; cs < s.channels; ++cs)
      for (int cl = 0; cl < l.channels; ++cl)
        for (int h = 0; h < s.height; ++h)
          for (int w = 0; w < s.width; ++w)
            for (int kh = 0; kh < o.geo.kernel[0]; ++kh)
              for (int kw = 0; kw < o.geo.kernel[1]; ++kw) {
                const int lh = h * o.geo.stride[0] - o.geo.pad[0] + kh, lw = w * o.geo.stride[1] - o.geo.pad[1] + kw;
                if (lh < 0 || lw < 0 || lh >= l.height || lw >= l.width) continue;
                const int weight = ((cs * l.channels + cl) * o.geo.kernel[0] + kh) * o.geo.kernel[1] + kw;
                const int is = ((n * s.channels + cs) * s.height + h) * s.width + w;
                const int il = ((n * l.channels + cl) * l.height + lh) * l.width + lw;
                const int ix = adjoint ? is : il, iy = adjoint ? il : is;
                r.y[iy] += p.weights[weight] * p.x[ix];
                r.dx[ix] += p.weights[weight] * p.dy[iy];
                r.gradient[weight] += p.x[ix] * p.dy[iy];
              }
  return r;
}

void check(const sizes& s) {
  CAPTURE(int(s.map), to_string(s.x), to_string(s.y), s.kernel[0], s.stride[0], s.pad[0], s.batch, s.block);
  const problem p = make(s);
  const auto kernel = native::one_channel_kernel<arch::current, float>();
  const outcome found = run(kernel, p), want = expected(p);
  REQUIRE(found.all_written);
  REQUIRE(distance(found.y, want.y) < 3e-6);
  REQUIRE(distance(found.dx, want.dx) < 3e-6);
  REQUIRE(distance(found.gradient, want.gradient) < 1e-5);
  const double scale = std::sqrt(dot(found.y, found.y) * dot(p.dy, p.dy));
  REQUIRE(std::abs(dot(found.y, p.dy) - dot(p.x, found.dx)) < 1e-5 * scale);
  REQUIRE(std::abs(dot(found.y, p.dy) - dot(p.weights, found.gradient)) < 1e-5 * scale);
  REQUIRE(run(kernel, p, {.want_dx = false}).gradient == found.gradient);
  REQUIRE(run(kernel, p, {.want_gradient = false}).dx == found.dx);
}

/// All four places of the one channel: convolution from and to it, transposed convolution from and to it.
void check_all(int channels, std::array<int, 2> kernel, std::array<int, 2> stride, std::array<int, 2> pad, int batch,
               int block, int height = 4, int width = 5) {
  const int h = (height - 1) * stride[0] - 2 * pad[0] + kernel[0] + (stride[0] > 1);  // not a whole number of strides
  const int w = (width - 1) * stride[1] - 2 * pad[1] + kernel[1];
  if (h < 1 || w < 1) return;
  for (const bool one_is_large : {true, false}) {
    const shape small(one_is_large ? channels : 1, height, width), large(one_is_large ? 1 : channels, h, w);
    check({map_kind::convolution, large, small, kernel, stride, pad, batch, block});
    check({map_kind::transposed_convolution, small, large, kernel, stride, pad, batch, block});
  }
}

}  // namespace

TEST_CASE("one-channel convolutions agree with sums in double, for odd shapes in any channel block") {
  for (const int block : {1, 8, 16})
    for (const int channels : {1, 3, 8, 16, 24})
      for (const int kernel : {3, 4, 5})
        for (const int stride : {1, 2, 3}) {
          check_all(channels, {kernel, kernel}, {stride, stride}, {1, 1}, 1, block);
          check_all(channels, {kernel, kernel}, {stride, stride}, {2, 0}, 7, block);
        }
}

TEST_CASE("one-channel convolutions agree with sums in double, for uneven windows and wide images") {
  for (const int block : {8, 16}) {
    check_all(20, {5, 3}, {3, 2}, {2, 1}, 2, block);
    check_all(16, {8, 1}, {2, 1}, {3, 0}, 2, block);
    check_all(48, {4, 4}, {2, 2}, {1, 1}, 2, block, 3, 19);
    check_all(40, {4, 4}, {2, 2}, {0, 3}, 2, block, 5, 33);
    check_all(16, {6, 7}, {1, 1}, {3, 3}, 2, block, 6, 17);
  }
}

TEST_CASE("one-channel convolutions of RPV images agree with sums in double") {
  for (const int channels : {32, 64})
    for (const int block : {8, 16}) check_all(channels, {4, 4}, {2, 2}, {1, 1}, 3, block, 32, 32);
  check_all(16, {4, 4}, {2, 2}, {1, 1}, 1, 16, 64, 64);  // a frame beyond L1
}

TEST_CASE("one-channel convolutions do not depend on the number of threads") {
  const auto kernel = native::one_channel_kernel<arch::current, float>();
  CHECK(repeats_on_any_threads(
      kernel, make({map_kind::convolution, shape(1, 16, 16), shape(24, 8, 8), {4, 4}, {2, 2}, {1, 1}, 7, 8})));
  CHECK(repeats_on_any_threads(
      kernel,
      make({map_kind::transposed_convolution, shape(16, 8, 8), shape(1, 16, 16), {4, 4}, {2, 2}, {1, 1}, 7, 16})));
  CHECK(repeats_on_any_threads(
      kernel, make({map_kind::convolution, shape(16, 8, 8), shape(1, 8, 8), {3, 3}, {1, 1}, {1, 1}, 7, 16})));
}

TEST_CASE("one-channel convolutions work in double with plain channels") {
  const problem p = make({map_kind::convolution, shape(1, 9, 8), shape(5, 4, 4), {4, 4}, {2, 2}, {1, 1}, 3, 1});
  const outcome found = run(native::one_channel_kernel<arch::current, double>(), p), want = expected(p);
  CHECK(distance(found.y, want.y) < 1e-13);
  CHECK(distance(found.dx, want.dx) < 1e-13);
  CHECK(distance(found.gradient, want.gradient) < 1e-13);
}
