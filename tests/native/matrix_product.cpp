// Matrix products in tiles of registers against plain sums in double.
#include <algorithm>

#include "../support/catch.hpp"
#include "convolutions.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

template <class Real>
constexpr auto kernel = native::matrix_product_kernel<arch::current, Real>();

/// A dense layer is the convolution that sees its whole input, but for the shape of its output.
sizes seen_as_convolution(shape x, shape y, int batch, int block) {
  return {map_kind::convolution, x, shape(y.size()), {x.height, x.width}, {1, 1}, {0, 0}, batch, block};
}
problem dense_problem(shape x, shape y, int batch, int block) {
  problem p = make(seen_as_convolution(x, y, batch, block));
  p.what = operation(op_kind::linear_map, x, y, block);
  p.what.geo.map = map_kind::dense;
  return p;
}

void check(const problem& p, const outcome& want) {
  CAPTURE(to_string(p.what.x.extent), to_string(p.what.y.extent), p.batch, p.what.x.form.block);
  const outcome exact = run(kernel<double>, p), found = run(kernel<float>, p);
  REQUIRE(exact.all_written);
  REQUIRE(found.all_written);
  const auto agree = [&](const numbers& in_double, const numbers& in_float, const numbers& expected) {
    REQUIRE(distance(in_double, expected) < 1e-13);
    REQUIRE(distance(in_float, expected) < 3e-6);
  };
  agree(exact.y, found.y, want.y), agree(exact.dx, found.dx, want.dx);
  agree(exact.gradient, found.gradient, want.gradient);
}

}  // namespace

TEST_CASE("tiles of registers have every row, and none twice but the last's, which are also its neighbour's") {
  const auto check = []<class V>(V) {
    for (int rows = 1; rows <= 100; ++rows) {
      const native::row_tiles<V> tiles(rows);
      CAPTURE(rows, tiles.tall, tiles.height);
      int next = 0;
      for (int t = 0; t < tiles.count(); ++t)
        tiles.with_height(t, [&](auto height) {
          const bool last = t + 1 == tiles.count();
          CHECK((last ? tiles.first(t) <= next && tiles.first(t) > next - height : tiles.first(t) == next));
          if (last && t > 0) CHECK(tiles.first(t) > tiles.first(t - 1));
          CHECK(tiles.before(t + 1) - tiles.before(t) == height);
          next = tiles.first(t) + height;
        });
      CHECK(next == rows);
    }
  };
  check(native::widest_lanes<arch::current, float>{});
  check(native::lanes<arch::current, float, (std::min)(8, native::widest<arch::current, float>)>{});
}

TEST_CASE("dense layers of any width and any batch are sums of products") {
  for (const int batch : {1, 2, 5, 13, 14, 16, 24, 30})
    for (const int block : {1, 8, 16})
      for (const auto& [x, y] : {std::pair{shape(1, 5, 7), shape(1)},
                                 {shape(64), shape(4, 4, 4)},
                                 {shape(3, 4, 4), shape(1, 5, 5)},
                                 {shape(1, 1, 23), shape(200)},
                                 {shape(32, 4, 4), shape(2)},
                                 {shape(64), shape(40, 4, 4)},
                                 {shape(20, 4, 4), shape(16, 8, 8)},
                                 {shape(33, 6, 6), shape(37)}}) {
        if (left_out()) continue;
        check(dense_problem(x, y, batch, block), expected(make(seen_as_convolution(x, y, batch, block))));
      }
}

TEST_CASE("a convolution that sees its whole input, and its transpose, are matrix products") {
  for (const int block : {8, 16})
    for (const auto& [small, large] : {std::pair{shape(1), shape(24, 4, 4)},
                                       {shape(40), shape(16, 4, 4)},
                                       {shape(16), shape(1, 8, 8)},
                                       {shape(5), shape(3, 2, 6)}}) {
      const std::array window{large.height, large.width};
      for (const sizes& s :
           {sizes{map_kind::convolution, large, small, window, {1, 1}, {0, 0}, 15, block},
            sizes{map_kind::transposed_convolution, small, large, window, {1, 1}, {0, 0}, 15, block}}) {
        const problem p = make(s);
        check(p, expected(p));
      }
    }
}

TEST_CASE("matrix products do not depend on the number of threads, nor on the other events") {
  const problem p = dense_problem(shape(8, 4, 4), shape(300), 31, 16);
  CHECK(repeats_on_any_threads(kernel<float>, p));
  const outcome all = run(kernel<float>, p);
  for (const int events : {1, 5}) {
    problem last = p;
    last.batch = events;
    last.x.assign(p.x.end() - events * p.what.x.extent.size(), p.x.end());
    last.dy.assign(p.dy.end() - events * p.what.y.extent.size(), p.dy.end());
    const outcome found = run(kernel<float>, last);
    CHECK(std::equal(found.y.begin(), found.y.end(), all.y.end() - std::ptrdiff_t(found.y.size())));
    CHECK(std::equal(found.dx.begin(), found.dx.end(), all.dx.end() - std::ptrdiff_t(found.dx.size())));
  }
}
