// Convolutions of one channel, and of few, in every direction against plain sums in double.
#include "../support/catch.hpp"
#include "convolutions.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

void check(const sizes& s) {
  if (left_out()) return;
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
               int block, int height = 4, int width = 5, int planes = 1) {
  const int h = (height - 1) * stride[0] - 2 * pad[0] + kernel[0] + (stride[0] > 1);  // not a whole number of strides
  const int w = (width - 1) * stride[1] - 2 * pad[1] + kernel[1];
  if (h < 1 || w < 1) return;
  for (const bool one_is_large : {true, false}) {
    const shape small(one_is_large ? channels : planes, height, width), large(one_is_large ? planes : channels, h, w);
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

TEST_CASE("convolutions of few channels agree with sums in double") {
  for (const int block : {1, 8, 16})
    for (const int planes : {2, 3, 4})
      for (const int channels : {4, 16, 24}) {
        for (const int kernel : {3, 4, 5})
          for (const int stride : {1, 2, 3})
            check_all(channels, {kernel, kernel}, {stride, stride}, {1, 1}, 3, block, 4, 5, planes);
        check_all(channels, {1, 1}, {1, 1}, {0, 0}, 3, block, 4, 5, planes);
      }
  check_all(64, {4, 4}, {2, 2}, {1, 1}, 2, 16, 32, 32, 3);
}

TEST_CASE("one-channel convolutions agree with sums in double, for uneven windows and wide images") {
  for (const int block : {8, 16}) {
    check_all(20, {5, 3}, {3, 2}, {2, 1}, 2, block);
    check_all(16, {8, 1}, {2, 1}, {3, 0}, 2, block);
    check_all(48, {4, 4}, {2, 2}, {1, 1}, 2, block, 3, 19);
    check_all(40, {4, 4}, {2, 2}, {0, 3}, 2, block, 5, 33);
    check_all(40, {4, 4}, {2, 2}, {1, 1}, 2, block, 5, 18);
    check_all(20, {4, 4}, {2, 2}, {0, 3}, 2, block, 3, 22, 4);
    check_all(16, {6, 7}, {1, 1}, {3, 3}, 2, block, 6, 17);
  }
}

TEST_CASE("one-channel convolutions with windows of one pixel agree with sums in double") {
  for (const int block : {1, 8, 16})
    for (const int channels : {1, 5, 16, 40}) {
      check_all(channels, {1, 1}, {1, 1}, {0, 0}, 3, block);
      check_all(channels, {1, 1}, {1, 1}, {0, 0}, 2, block, 1, 3);
      check_all(channels, {1, 1}, {1, 1}, {0, 0}, 1, block, 8, 8);
      check_all(channels, {1, 1}, {2, 2}, {0, 0}, 2, block);
      check_all(channels, {1, 1}, {1, 1}, {1, 0}, 2, block);
    }
  check_all(16, {1, 1}, {1, 1}, {0, 0}, 3, 16, 300, 300);  // beyond the caches
}

TEST_CASE("one-channel convolutions of RPV images agree with sums in double") {
  for (const int channels : {32, 64})
    for (const int block : {8, 16}) check_all(channels, {4, 4}, {2, 2}, {1, 1}, 3, block, 32, 32);
  check_all(16, {4, 4}, {2, 2}, {1, 1}, 1, 16, 64, 64);  // a frame beyond L1
  // a stack that is written past all caches
  check({map_kind::convolution, shape(1, 512, 512), shape(16, 256, 256), {4, 4}, {2, 2}, {1, 1}, 5, 16});
  check_all(128, {4, 4}, {2, 2}, {1, 1}, 1, 16, 2, 72);  // too few rows to be divided
  for (const int block : {8, 16})                        // an event for several threads
    for (const int pad : {0, 1, 3}) check_all(32, {4, 4}, {2, 2}, {pad, 1}, 1, block, 25, 24, 2);
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
  CHECK(repeats_on_any_threads(  // pixels come in pairs
      kernel, make({map_kind::convolution, shape(1, 12, 36), shape(24, 6, 18), {4, 4}, {2, 2}, {1, 1}, 7, 16})));
  CHECK(repeats_on_any_threads(  // an event's rows are divided
      kernel,
      make({map_kind::transposed_convolution, shape(32, 24, 24), shape(1, 48, 48), {4, 4}, {2, 2}, {1, 1}, 1, 16})));
}

TEST_CASE("pixels in pairs have the errors of direct convolution, which a precise layer has") {
  for (const map_kind map : {map_kind::convolution, map_kind::transposed_convolution}) {
    const shape plane(1, 64, 64), stack(32, 32, 32);
    const bool up = map == map_kind::transposed_convolution;
    problem p = make({map, up ? stack : plane, up ? plane : stack, {4, 4}, {2, 2}, {1, 1}, 3, 16});
    const auto kernel = native::one_channel_kernel<arch::current, float>();
    const outcome in_pairs = run(kernel, p), want = expected(p);
    CHECK(native::detail::takes_pixel_pairs<float>(native::detail::plane_layer<0>(p.what)) ==
          (native::widest<arch::current, float> == 16));
    p.what.precise = true;
    CHECK_FALSE(native::detail::takes_pixel_pairs<float>(native::detail::plane_layer<0>(p.what)));
    const outcome direct = run(kernel, p);
    for (const auto of : {&outcome::y, &outcome::dx, &outcome::gradient}) {
      CHECK(rms_error(in_pairs.*of, want.*of) < 2 * rms_error(direct.*of, want.*of));
      CHECK(rms_error(in_pairs.*of, want.*of) < 1e-6);
    }
  }
}

TEST_CASE("one-channel convolutions work in double with plain channels, and with pixels in pairs") {
  for (const sizes& s :
       {sizes{map_kind::convolution, shape(1, 9, 8), shape(5, 4, 4), {4, 4}, {2, 2}, {1, 1}, 3, 1},
        sizes{map_kind::convolution, shape(1, 9, 38), shape(11, 4, 18), {4, 4}, {2, 2}, {1, 1}, 3, 8}}) {
    CAPTURE(s.block);
    const problem p = make(s);
    const outcome found = run(native::one_channel_kernel<arch::current, double>(), p), want = expected(p);
    CHECK(distance(found.y, want.y) < 1e-13);
    CHECK(distance(found.dx, want.dx) < 1e-13);
    CHECK(distance(found.gradient, want.gradient) < 1e-13);
  }
}
