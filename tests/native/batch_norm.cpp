// Batch norm with and without an activation in the same pass.
#include <hepgan/layers/layers.hpp>

#include "../support/catch.hpp"
#include "harness.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

/// A user's activation, written for one type.
struct bent : pointwise {
  static float value(float x) { return x > 0 ? x : x / 4; }
  static float slope(float x) { return x > 0 ? 1.f : 0.25f; }
};

problem make(shape s, int batch, int block, double offset = 0) {
  problem p{.what = operation(op_kind::normalisation, s, s, block), .batch = batch};
  p.x = draw(std::size_t(batch) * s.size(), 1), p.dy = draw(std::size_t(batch) * s.size(), 2);
  for (double& x : p.x) x = double(float(x + offset));
  p.weights = draw(2 * s.channels, 3), p.state = draw(2 * s.channels, 4), p.fused_scalars = {0.25};
  for (int c = 0; c < s.channels; ++c)
    p.state[s.channels + c] = 0.5 + p.state[s.channels + c] * p.state[s.channels + c];
  return p;
}

/// From the definition: value(z) and slope(z) are the activation's.
template <class Value, class Slope>
outcome expected(const problem& p, Value value, Slope slope) {
  const shape s = p.what.x.extent;
  const double count = double(p.batch) * s.pixels();
  const int padded = batch_statistics::padded(s.channels);
  outcome r;
  r.y = r.dx = p.x, r.gradient.assign(2 * s.channels, 0), r.statistics.assign(3 * padded, 0);
  for (int c = 0; c < s.channels; ++c) {
    const auto each = [&](auto f) {
      for (int n = 0; n < p.batch; ++n)
        for (int q = 0; q < s.pixels(); ++q) f((n * s.channels + c) * s.pixels() + q);
    };
    double mean = 0, square = 0, sum = 0, along = 0;
    each([&](int i) { mean += p.x[i] / count; });
    each([&](int i) { square += (p.x[i] - mean) * (p.x[i] - mean); });
    r.statistics[c] = mean, r.statistics[padded + c] = 1 / std::sqrt(square / count + 1e-5);
    r.statistics[2 * padded + c] = square / std::max(count - 1, 1.0);
    if (!p.training) mean = p.state[c];
    const double scale = p.training ? r.statistics[padded + c] : 1 / std::sqrt(p.state[s.channels + c] + 1e-5);
    const double gamma = p.weights[c], beta = p.weights[s.channels + c];
    const auto along_of = [&](int i) { return (p.x[i] - mean) * scale; };
    const auto dz = [&](int i) { return p.dy[i] * slope(gamma * along_of(i) + beta); };
    each([&](int i) { r.y[i] = value(gamma * along_of(i) + beta), sum += dz(i), along += dz(i) * along_of(i); });
    r.gradient[c] = along, r.gradient[s.channels + c] = sum;
    if (!p.training) sum = along = 0;
    each([&](int i) { r.dx[i] = gamma * scale * (dz(i) - sum / count - along_of(i) * along / count); });
  }
  return r;
}

template <class Fused, class Value, class Slope>
void check(Value value, Slope slope) {
  const auto kernel = native::batch_norm_kernel<arch::current, Fused, float>();
  for (const bool training : {true, false})
    for (const int block : {1, 8, 16})
      for (const int batch : {1, 7})
        for (const shape s : {shape(1, 5, 7), shape(3, 4, 4), shape(24, 13, 11), shape(40)}) {
          if ((training && batch * s.pixels() < 2) || left_out()) continue;
          CAPTURE(training, block, batch, to_string(s));
          problem p = make(s, batch, block);
          p.training = training;
          const outcome found = run(kernel, p), want = expected(p, value, slope);
          REQUIRE(found.all_written);
          REQUIRE(distance(found.y, want.y) < 5e-6);
          REQUIRE(distance(found.dx, want.dx) < 5e-5);
          REQUIRE(distance(found.gradient, want.gradient) < 5e-6);
          const outcome in_place = run(kernel, p, {.backward_in_place = true});
          REQUIRE(in_place.dx == found.dx);
          REQUIRE(in_place.gradient == found.gradient);
          REQUIRE(repeats_on_any_threads(kernel, p));
        }
}

}  // namespace

TEST_CASE("batch norm agrees with its definition in double") {
  check<void>([](double z) { return z; }, [](double) { return 1.0; });
}

TEST_CASE("batch norm with an activation agrees with the two layers in double") {
  check<leaky_relu>([](double z) { return leaky_relu::value(z); }, [](double z) { return leaky_relu::slope(z); });
  check<hepgan::tanh>([](double z) { return std::tanh(z); }, [](double z) { return 1 - std::tanh(z) * std::tanh(z); });
  check<bent>([](double z) { return z > 0 ? z : z / 4; }, [](double z) { return z > 0 ? 1 : 0.25; });
  const double cut[] = {0.25};
  check<threshold>([&](double z) { return threshold::value(z, cut); },
                   [&](double z) { return threshold::slope(z, cut); });
}

TEST_CASE("batch statistics stay exact far from zero, and where the first pixel is far from the rest") {
  const auto kernel = native::batch_norm_kernel<arch::current, void, float>();
  problem p = make(shape(16, 32, 32), 8, 16, 1000);
  for (int n = 0; n < 8; ++n)
    for (int c = 0; c < 16; ++c) p.x[(n * 16 + c) * 1024] = 1010;
  p.x[0] = 0;
  const numbers found = run(kernel, p).statistics;
  const numbers want = expected(
                           p, [](double z) { return z; }, [](double) { return 1.0; })
                           .statistics;
  for (int c = 0; c < 16; ++c) {
    REQUIRE(found[c] == Approx(want[c]).epsilon(1e-6));
    REQUIRE(found[16 + c] == Approx(want[16 + c]).epsilon(1e-3));
    REQUIRE(found[32 + c] == Approx(want[32 + c]).epsilon(2e-3));
  }
}

TEST_CASE("gradients of batch norm agree with finite differences in double") {
  const auto kernel = native::batch_norm_kernel<arch::current, hepgan::tanh, double>();
  problem p = make(shape(3, 2, 3), 4, 1);
  const outcome found = run(kernel, p);
  const auto loss = [&] { return dot(run(kernel, p).y, p.dy); };
  CHECK(difference(found.dx, p.x, 1e-4, loss) < 1e-7);
  CHECK(difference(found.gradient, p.weights, 1e-4, loss) < 1e-7);
}
