// Direct convolutions of any window against plain sums in double.
#include "../support/catch.hpp"
#include "convolutions.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

constexpr auto conv = map_kind::convolution, transposed = map_kind::transposed_convolution;

problem of(const sizes& s) {
  problem p = make(s);
  p.what.runs[batch_kind::many] = map_kernel::direct_convolution;
  return p;
}
problem of_floats(problem p) {
  p.what.products = precision::fp32;
  return p;
}
template <class Real>
outcome found(const sizes& s, settings<Real> how = {}) {
  return run(native::direct_convolution_kernel<arch::current, Real>(), of(s), how);
}
void agrees(const sizes& s) {
  if (left_out()) return;
  CAPTURE(int(s.map), to_string(s.x), to_string(s.y), s.kernel[0], s.kernel[1], s.stride[0], s.pad[0], s.batch,
          s.block);
  const outcome want = expected(make(s)), exact = found<double>(s), single = found<float>(s);
  REQUIRE(exact.all_written);
  REQUIRE(single.all_written);
  CHECK(distance(exact.y, want.y) < 1e-14);
  CHECK(distance(exact.dx, want.dx) < 1e-14);
  CHECK(distance(exact.gradient, want.gradient) < 1e-14);
  CHECK(distance(single.y, want.y) < 3e-6);
  CHECK(distance(single.dx, want.dx) < 3e-6);
  CHECK(distance(single.gradient, want.gradient) < 3e-6);
  CHECK(found<float>(s, {.want_dx = false}).gradient == single.gradient);
  CHECK(found<float>(s, {.want_gradient = false}).dx == single.dx);
}

/// The side that its windows leave of a large one, and the layer between the two either way.
void both_ways_agree(shape large, int small_channels, std::array<int, 2> kernel, std::array<int, 2> stride,
                     std::array<int, 2> pad, int batch, int block) {
  const shape small(small_channels, (large.height + 2 * pad[0] - kernel[0]) / stride[0] + 1,
                    (large.width + 2 * pad[1] - kernel[1]) / stride[1] + 1);
  agrees({conv, large, small, kernel, stride, pad, batch, block});
  agrees({transposed, small, large, kernel, stride, pad, batch, block});  // what is over is output padding
}

}  // namespace

TEST_CASE("products of bf16 are exact where the numbers are, and round each but once where they are not") {
  for (const int block : {8, 16})
    for (const map_kind map : {conv, transposed})
      for (const int channels : {block, 2 * block + 3}) {
        CAPTURE(int(map), block, channels);
        const shape large(channels, 10, 9), small(block + 1, 5, 4);
        const bool up = map == transposed;
        problem p = of({map, up ? small : large, up ? large : small, {4, 3}, {2, 2}, {1, 0}, 2, block});
        p.what.products = precision::bf16;
        const auto kernel = native::direct_convolution_kernel<arch::current, float, precision::bf16>();
        const outcome rough = run(kernel, p), near = expected(p);
        for (const auto& [a, b] : {std::pair(rough.y, near.y), {rough.dx, near.dx}}) {
          CHECK(rms_error(a, b) < 3e-3);
          CHECK(rms_error(a, b) > 1e-3);
        }
        for (numbers* each : {&p.weights, &p.x, &p.dy})
          for (double& number : *each) number = std::round(16 * number);
        const outcome exact = run(kernel, p), want = expected(p);
        CHECK(exact.all_written);
        CHECK(exact.y == want.y);
        CHECK(exact.dx == want.dx);
        CHECK(exact.gradient == want.gradient);
        CHECK(run(native::direct_convolution_kernel<arch::current, float>(), of_floats(p)).gradient == exact.gradient);
      }
}

TEST_CASE(
    "frames of pairs have room: chunks of them have more events than those of floats have, and not twice as many") {
  const auto kernel = native::direct_convolution_kernel<arch::current, float, precision::bf16>();
  const auto check = [&](const sizes& s, int threads) {
    if (left_out()) return;
    CAPTURE(to_string(s.x), to_string(s.y), s.batch, threads);
    problem p = of(s);
    p.what.products = precision::bf16, p.training = false;
    const outcome found = run(kernel, p, {.threads = threads}), want = expected(p);
    CHECK(found.all_written);
    CHECK(rms_error(found.y, want.y) < 3e-3);
    CHECK(rms_error(found.dx, want.dx) < 3e-3);
  };
  check({conv, {64, 32, 32}, {16, 32, 32}, {3, 3}, {1, 1}, {1, 1}, 7, 16}, 1);
  check({conv, {128, 32, 32}, {16, 32, 32}, {3, 3}, {1, 1}, {1, 1}, 3, 16}, 2);
  check({transposed, {256, 16, 16}, {16, 32, 32}, {4, 4}, {2, 2}, {1, 1}, 3, 16}, 1);
}

TEST_CASE("direct convolutions of any window, stride and padding agree with sums in double") {
  for (const int block : {8, 16}) {
    both_ways_agree({block, 8, 8}, block, {4, 4}, {2, 2}, {1, 1}, 3, block);
    both_ways_agree({2 * block, 16, 16}, 3 * block, {4, 4}, {2, 2}, {1, 1}, 2, block);  // panels of two, and of one
    both_ways_agree({6, 9, 7}, 5, {3, 3}, {1, 1}, {1, 1}, 7, block);                    // channels that fill no block
    both_ways_agree({block + 2, 11, 8}, 12, {5, 3}, {3, 2}, {2, 1}, 2, block);
    both_ways_agree({5, 10, 9}, 6, {5, 5}, {2, 2}, {2, 2}, 2, block);      // a row is over
    both_ways_agree({7, 17, 13}, 5, {3, 3}, {3, 3}, {0, 0}, 2, block);     // a column is over
    both_ways_agree({5, 9, 10}, 6, {2, 2}, {4, 3}, {0, 0}, 2, block);      // strides above the window
    both_ways_agree({5, 6, 31}, 6, {1, 1}, {1, 1}, {0, 0}, 2, block);      // one tap
    both_ways_agree({5, 5, 5}, 6, {5, 5}, {1, 1}, {4, 4}, 2, block);       // padding wider than the image's half
    both_ways_agree({5, 5, 6}, 6, {2, 2}, {2, 2}, {3, 3}, 2, block);       // padding wider than the window
    both_ways_agree({32, 20, 20}, 24, {4, 4}, {2, 2}, {1, 1}, 37, block);  // several chunks of events
    both_ways_agree({5, 7, 40}, 6, {1, 9}, {1, 1}, {0, 4}, 1, block);
  }
}

TEST_CASE("direct convolutions do not depend on the number of threads, nor on the other events") {
  for (const map_kind map : {conv, transposed}) {
    const shape large(32, 20, 20), small(24, 10, 10);
    const bool up = map == transposed;
    const sizes s{map, up ? small : large, up ? large : small, {4, 4}, {2, 2}, {1, 1}, 23, 8};
    const problem p = of(s);
    const auto kernel = native::direct_convolution_kernel<arch::current, float>();
    CHECK(repeats_on_any_threads(kernel, p));
    problem last = p;
    last.batch = 1, last.x.assign(p.x.end() - p.what.x.extent.size(), p.x.end());
    last.dy.assign(p.dy.end() - p.what.y.extent.size(), p.dy.end());
    const outcome all = run(kernel, p), alone = run(kernel, last);
    CHECK(std::equal(alone.y.begin(), alone.y.end(), all.y.end() - p.what.y.extent.size()));
    CHECK(std::equal(alone.dx.begin(), alone.dx.end(), all.dx.end() - p.what.x.extent.size()));
  }
}
