// Kernels that only move numbers: reorders, joins, circular padding; each backward is the adjoint of its forward.
#include "../support/catch.hpp"
#include "harness.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

constexpr int batch = 3;

problem make(op_kind kind, shape x, shape y, int block) {
  return {.what = operation(kind, x, y, block),
          .batch = batch,
          .x = draw(batch * x.size(), 1),
          .dy = draw(batch * y.size(), 2)};
}

}  // namespace

TEST_CASE("a reorder changes where numbers lie, and nothing else") {
  for (const int from : {1, 8, 16})
    for (const int to : {1, 8, 16})
      for (const shape s : {shape(3, 4, 5), shape(24, 3, 3), shape(33)}) {
        problem p = make(op_kind::reorder, s, s, from);
        p.what.y.form = {to};
        const outcome found = run(native::reorder_kernel<float>(), p);
        REQUIRE(found.all_written);
        REQUIRE(found.y == p.x);
        REQUIRE(found.dx == p.dy);
      }
}

TEST_CASE("a sum of branches passes its gradient to both") {
  for (const int block : {1, 8, 16})
    for (const shape s : {shape(1, 4, 5), shape(3, 4, 5), shape(24, 3, 3)}) {
      problem p = make(op_kind::sum, s, s, block);
      p.what.x2 = p.what.x, p.x2 = draw(p.x.size(), 3);
      numbers y = p.x;
      for (std::size_t i = 0; i < y.size(); ++i) y[i] = float(float(y[i]) + float(p.x2[i]));
      const outcome found = run(native::join_sum_kernel<float>(), p);
      REQUIRE(found.all_written);
      REQUIRE(found.y == y);
      REQUIRE(found.dx == p.dy);
      REQUIRE(found.dx2 == p.dy);
      if (s.channels == 1) continue;
      p.what.x2.form = {block == 8 ? 16 : 8};  // branches in different layouts
      REQUIRE(run(native::join_sum_kernel<float>(), p) == found);
    }
}

TEST_CASE("concatenated branches get their own channels back") {
  for (const int block : {1, 8, 16})
    for (const int first : {1, 3, 8, 16, 20})
      for (const int second : {1, 5, 8, 16}) {
        CAPTURE(block, first, second);
        const shape a(first, 3, 4), b(second, 3, 4), both(first + second, 3, 4);
        problem p = make(op_kind::concat, a, both, block);
        p.what.x2 = {b, layout_for(backend::native, b, block)}, p.x2 = draw(batch * b.size(), 3);
        numbers y, dx, dx2;
        for (int n = 0; n < batch; ++n) {
          y.insert(y.end(), p.x.begin() + n * a.size(), p.x.begin() + (n + 1) * a.size());
          y.insert(y.end(), p.x2.begin() + n * b.size(), p.x2.begin() + (n + 1) * b.size());
          const auto dy = p.dy.begin() + n * both.size();
          dx.insert(dx.end(), dy, dy + a.size()), dx2.insert(dx2.end(), dy + a.size(), dy + both.size());
        }
        const outcome found = run(native::join_concat_kernel<float>(), p);
        REQUIRE(found.all_written);
        REQUIRE(found.y == y);
        REQUIRE(found.dx == dx);
        REQUIRE(found.dx2 == dx2);
      }
}

TEST_CASE("circular padding repeats the far edge, folding adds it back, each the other's adjoint") {
  const auto kernel = native::circular_kernel<arch::current, float>();
  for (const int block : {1, 8, 16})
    for (const int channels : {1, 3, 24})
      for (const auto pad : {std::array{1, 2}, std::array{0, 3}, std::array{2, 0}, std::array{4, 5}}) {
        CAPTURE(block, channels, pad[0], pad[1]);
        const shape small(channels, 4, 5), large(channels, 4 + 2 * pad[0], 5 + 2 * pad[1]);
        problem outwards = make(op_kind::linear_map, small, large, block);
        outwards.what.geo = {map_kind::circular_pad, {1, 1}, {1, 1}, pad};
        problem inwards = make(op_kind::linear_map, large, small, block);
        inwards.what.geo = {map_kind::circular_fold, {1, 1}, {1, 1}, pad};
        inwards.x = outwards.dy, inwards.dy = outwards.x;
        numbers padded(outwards.dy.size()), folded(outwards.x.size());
        for (int i = 0; i < batch * channels; ++i)
          for (int h = 0; h < large.height; ++h)
            for (int w = 0; w < large.width; ++w) {
              const int s = (i * 4 + (h - pad[0] + 4) % 4) * 5 + (w - pad[1] + 5) % 5;
              const int l = (i * large.height + h) * large.width + w;
              padded[l] = outwards.x[s], folded[s] += outwards.dy[l];
            }
        const outcome out = run(kernel, outwards), in = run(kernel, inwards);
        REQUIRE(out.all_written);
        REQUIRE(in.all_written);
        REQUIRE(out.y == padded);
        REQUIRE(in.dx == padded);
        REQUIRE(distance(out.dx, folded) < 1e-6);
        REQUIRE(distance(in.y, folded) < 1e-6);
      }
}
