// Nearest neighbours up and averages down: by their definition in every layout, each the other's adjoint.
#include "../support/catch.hpp"
#include "harness.hpp"

using namespace hepgan;
using namespace hepgan::test;

TEST_CASE("pixels are repeated, and windows averaged, and the way back is the adjoint") {
  const auto kernel = native::resampling_kernel<arch::current, float>();
  constexpr int batch = 3;
  for (const int block : {1, 8, 16})
    for (const int channels : {1, 3, 16, 24})
      for (const auto factor : {std::array{2, 2}, std::array{1, 3}, std::array{4, 1}}) {
        CAPTURE(block, channels, factor[0], factor[1]);
        const shape small(channels, 3, 5), large(channels, 3 * factor[0], 5 * factor[1]);
        problem up{.what = operation(op_kind::linear_map, small, large, block),
                   .batch = batch,
                   .x = draw(batch * small.size(), 1),
                   .dy = draw(batch * large.size(), 2)};
        up.what.geo = {map_kind::nearest_up, {1, 1}, factor, {0, 0}};
        problem down{
            .what = operation(op_kind::linear_map, large, small, block), .batch = batch, .x = up.dy, .dy = up.x};
        down.what.geo = {map_kind::average_pool, {1, 1}, factor, {0, 0}};
        numbers repeated(up.dy.size()), summed(up.x.size());
        for (int i = 0; i < batch * channels; ++i)
          for (int h = 0; h < large.height; ++h)
            for (int w = 0; w < large.width; ++w) {
              const int s = (i * 3 + h / factor[0]) * 5 + w / factor[1], l = (i * large.height + h) * large.width + w;
              repeated[l] = up.x[s], summed[s] += up.dy[l];
            }
        const outcome larger = run(kernel, up), smaller = run(kernel, down);
        REQUIRE((larger.all_written && smaller.all_written));
        REQUIRE(larger.y == repeated);
        REQUIRE(distance(larger.dx, summed) < 1e-6);
        for (double& v : summed) v /= factor[0] * factor[1];
        for (double& v : repeated) v /= factor[0] * factor[1];
        REQUIRE(distance(smaller.y, summed) < 1e-6);
        REQUIRE(distance(smaller.dx, repeated) < 1e-6);
        REQUIRE(repeats_on_any_threads(kernel, up));
        REQUIRE(repeats_on_any_threads(kernel, down));
      }
}
