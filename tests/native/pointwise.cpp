// Pointwise layers, dropout and bias: values, slopes, in place, in any layout.
#include <hepgan/layers/layers.hpp>

#include "../support/catch.hpp"
#include "harness.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

/// A user's layer, written for one type and without a slope from its output.
struct parabola : pointwise {
  static float value(float x) { return x * x + 1; }
  static float slope(float x) { return 2 * x; }
};

template <class L>
double value(double x, const double* s) {
  if constexpr (requires { L::value(x, s); })
    return L::value(x, s);
  else
    return L::value(x);
}
template <class L>
double slope(double x, const double* s) {
  if constexpr (requires { L::slope(x, s); })
    return L::slope(x, s);
  else
    return L::slope(x);
}

problem make(op_kind kind, shape s, int batch, int block) {
  return {.what = operation(kind, s, s, block),
          .batch = batch,
          .x = draw(std::size_t(batch) * s.size(), 1),
          .dy = draw(std::size_t(batch) * s.size(), 2)};
}

template <class L>
void check(bool may_run_in_place = true) {
  const auto kernel = native::pointwise_kernel<arch::current, L, float>();
  for (const int block : {1, 8, 16})
    for (const shape s : {shape(1, 5, 7), shape(3, 4, 4), shape(24, 3, 5), shape(5000)}) {
      if (left_out()) continue;
      CAPTURE(L::name, to_string(s), block);
      problem p = make(op_kind::pointwise, s, 3, block);
      p.scalars = {0.25};
      const outcome found = run(kernel, p);
      numbers y, dx;
      for (std::size_t i = 0; i < p.x.size(); ++i)
        y.push_back(value<L>(p.x[i], p.scalars.data())), dx.push_back(p.dy[i] * slope<L>(p.x[i], p.scalars.data()));
      REQUIRE(found.all_written);
      REQUIRE(distance(found.y, y) < 1e-6);
      REQUIRE(distance(found.dx, dx) < 1e-6);
      REQUIRE(repeats_on_any_threads(kernel, p));
      if (may_run_in_place) REQUIRE(run(kernel, p, {.forward_in_place = true, .backward_in_place = true}) == found);
    }
}

}  // namespace

TEST_CASE("pointwise layers agree with their own functions in double, also in place") {
  check<relu>();
  check<leaky_relu>();
  check<hepgan::tanh>();
  check<sigmoid>();
  check<softplus>();
  check<threshold>();
  check<parabola>(false);
}

TEST_CASE("dropout keeps what the reference keeps, whatever the layout, and nothing at inference") {
  const auto kernel = native::pointwise_kernel<arch::current, dropout, float>();
  for (const shape s : {shape(1, 5, 7), shape(3, 3, 3), shape(24, 3, 5), shape(50)}) {
    problem p = make(op_kind::pointwise, s, 3, 1);
    p.scalars = {0.4}, p.event = 11;
    const outcome plain = run(kernel, p);
    const random_stream r(5, purpose::dropout, 3);
    const int stride = (s.size() + 3) / 4 * 4;
    for (std::size_t i = 0; i < p.x.size(); ++i) {
      const bool kept = r.uniform((11 + i / s.size()) * stride + i % s.size()) >= 0.4f;
      REQUIRE(plain.y[i] == Approx(kept ? p.x[i] / 0.6 : 0.0));
      REQUIRE(plain.dx[i] == Approx(kept ? p.dy[i] / 0.6 : 0.0));
    }
    for (const int block : {8, 16}) {
      problem q = make(op_kind::pointwise, s, 3, block);
      q.scalars = {0.4}, q.event = 11;
      REQUIRE(run(kernel, q) == plain);
      REQUIRE(run(kernel, q, {.forward_in_place = true, .backward_in_place = true}) == plain);
      q.training = false;
      REQUIRE(run(kernel, q).y == q.x);
      REQUIRE(run(kernel, q).dx == q.dy);
    }
  }
}

TEST_CASE("a bias is added per channel or element, and its gradient is summed in one order") {
  const auto kernel = native::bias_kernel<arch::current, float>();
  for (const bool per_pixel : {false, true})
    for (const int block : {1, 8, 16})
      for (const int batch : {1, 7})
        for (const shape s : {shape(1, 5, 7), shape(3, 4, 4), shape(24, 3, 5), shape(100)}) {
          CAPTURE(per_pixel, block, batch, to_string(s));
          problem p = make(op_kind::bias, s, batch, block);
          p.what.bias_per_pixel = per_pixel;
          p.weights = draw(per_pixel ? s.size() : s.channels, 3);
          numbers y, gradient(p.weights.size());
          for (std::size_t i = 0; i < p.x.size(); ++i) {
            const std::size_t b = i % s.size() / (per_pixel ? 1 : s.pixels());
            y.push_back(p.x[i] + p.weights[b]), gradient[b] += p.dy[i];
          }
          const outcome found = run(kernel, p);
          REQUIRE(found.all_written);
          REQUIRE(distance(found.y, y) < 1e-6);
          REQUIRE(found.dx == p.dy);
          REQUIRE(distance(found.gradient, gradient) < 1e-5);
          REQUIRE(run(kernel, p, {.forward_in_place = true, .backward_in_place = true}) == found);
          REQUIRE(repeats_on_any_threads(kernel, p));
        }
}
