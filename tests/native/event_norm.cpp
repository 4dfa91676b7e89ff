// Norms of single events, and the deviation within groups of events: forward, back, tangents and curvature against the
// oracle in double, in every layout.
#include <hepgan/backend/reference/deviation.hpp>
#include <hepgan/backend/reference/event_norm.hpp>
#include <hepgan/layers/layers.hpp>

#include "../support/catch.hpp"
#include "harness.hpp"

using namespace hepgan;
using namespace hepgan::test;

namespace {

struct norm_problem {
  op what;
  int batch;
  numbers x{}, t{}, dy{}, weights{};  ///< t: a tangent of x
};
struct findings {
  numbers y, dx, dt, source, gradient, curve_gradient;
  bool all_written = true;
  friend bool operator==(const findings&, const findings&) = default;
};

template <class L>
norm_problem make(shape s, int batch, int block, double offset = 0) {
  const bool is_norm = event_norm_layer<L>;
  norm_problem p{operation(is_norm ? op_kind::event_norm : op_kind::deviation, s, L::output(s), block), batch};
  p.x = draw(batch * s.size(), 1), p.t = draw(batch * s.size(), 2), p.dy = draw(batch * L::output(s).size(), 3);
  for (double& x : p.x) x = double(float(x + offset));
  if constexpr (event_norm_layer<L>)
    if (L::affine) p.weights = draw(2 * s.channels, 4);
  p.what.weights.count = static_cast<int>(p.weights.size());
  return p;
}

template <class Real>
findings run_all(const kernel_functions<Real>& f, norm_problem p, int threads = 2, bool in_place = false) {
  const op& o = p.what;
  const auto nan = std::numeric_limits<Real>::quiet_NaN();
  const std::vector<Real> weights(p.weights.begin(), p.weights.end());
  auto x = laid_out<Real>(o.x, p.batch, p.x), t = laid_out<Real>(o.x, p.batch, p.t),
       dy = laid_out<Real>(o.y, p.batch, p.dy);
  set_threads(threads);
  aligned_block<Real> scratch(f.scratch ? f.scratch(o, {p.batch, true, threads}) : 0);
  scratch.fill(nan);
  findings r;
  const auto poisoned = [&](const tensor& of) {
    auto block = laid_out<Real>(of, p.batch, {});
    block.fill(nan);
    return block;
  };
  const auto job_of = [&] {
    return job<Real>{.what = &o,
                     .batch = p.batch,
                     .training = true,
                     .threads = threads,
                     .weights = weights.data(),
                     .x = x.data(),
                     .scratch = scratch.data()};
  };
  const auto with_gradient = [&](numbers& to, auto run) {
    std::vector<Real> gradient(weights.size(), Real(1));
    auto j = job_of();
    if (!weights.empty()) j.gradient = gradient.data();
    run(j);
    for (const Real g : gradient) to.push_back(g - Real(1));
  };
  with_gradient(r.curve_gradient, [&](job<Real>& j) {
    auto source = poisoned(o.x);
    j.x2 = t.data(), j.dy = dy.data(), j.y = source.data();
    f.curve(j);
    r.source = read_back(o.x, p.batch, source, r.all_written);
  });
  auto dt = poisoned(o.y);
  auto tangent = job_of();
  tangent.dy = t.data(), tangent.dx = dt.data();
  f.tangent(tangent);
  r.dt = read_back(o.y, p.batch, dt, r.all_written);
  with_gradient(r.gradient, [&](job<Real>& j) {
    auto dx = poisoned(o.x);
    j.dy = dy.data(), j.dx = in_place ? dy.data() : dx.data();
    f.backward(j);
    r.dx = read_back(o.x, p.batch, in_place ? dy : dx, r.all_written);
  });
  auto y = poisoned(o.y);
  auto forward = job_of();
  forward.y = in_place ? x.data() : y.data();
  f.forward(forward);
  r.y = read_back(o.y, p.batch, in_place ? x : y, r.all_written);
  set_threads(0);
  return r;
}

template <class L, class Real>
constexpr kernel_functions<Real> native_kernel() {
  if constexpr (event_norm_layer<L>)
    return native::event_norm_kernel<arch::current, L, Real>();
  else
    return native::deviation_kernel<arch::current, L, Real>();
}
template <class L>
findings oracle(const norm_problem& p) {
  norm_problem q = p;
  q.what.x.form = q.what.y.form = plain;
  if constexpr (event_norm_layer<L>)
    return run_all(reference::event_norm_kernel<L, double>(), q);
  else
    return run_all(reference::deviation_kernel<L, double>(), q);
}

template <class L>
void check() {
  CAPTURE(L::name);
  const auto kernel = native_kernel<L, float>();
  for (const int block : {1, 8, 16})
    for (const int batch : {1, 3, 9})
      for (const shape s :
           {shape(1, 5, 7), shape(3, 4, 4), shape(20, 5, 3), shape(20, 3, 37), shape(32, 8, 8), shape(40)}) {
        if (!L::output(s) || left_out()) continue;
        CAPTURE(block, batch, to_string(s));
        const norm_problem p = make<L>(s, batch, block);
        const findings found = run_all(kernel, p), want = oracle<L>(p);
        REQUIRE(found.all_written);
        REQUIRE(distance(found.y, want.y) < 5e-6);
        REQUIRE(distance(found.dx, want.dx) < 5e-5);
        REQUIRE(distance(found.dt, want.dt) < 5e-5);
        REQUIRE(distance(found.source, want.source) < 5e-5);
        if (!p.weights.empty()) {
          REQUIRE(distance(found.gradient, want.gradient) < 5e-5);
          REQUIRE(distance(found.curve_gradient, want.curve_gradient) < 5e-5);
        }
        for (const int threads : {1, 3}) REQUIRE(run_all(kernel, p, threads) == found);
        if (event_norm_layer<L>) {
          const findings in_place = run_all(kernel, p, 2, true);
          REQUIRE((in_place.y == found.y && in_place.dx == found.dx && in_place.gradient == found.gradient));
        }
      }
}

/// ⟨dy, J·t⟩ = ⟨Jᵀ·dy, t⟩, and its slope with x and the weights, by differences.
template <class L>
void check_laws() {
  CAPTURE(L::name);
  const auto kernel = native_kernel<L, double>();
  for (const int block : {1, 8}) {
    if (left_out()) continue;
    norm_problem p = make<L>(shape(3, 2, 3), 5, block);  // in groups of three and two
    const findings found = run_all(kernel, p);
    REQUIRE(dot(found.dt, p.dy) == Approx(dot(found.dx, p.t)).epsilon(1e-12));
    const auto along = [&] { return dot(run_all(kernel, p).dt, p.dy); };
    const auto value = [&] { return dot(run_all(kernel, p).y, p.dy); };
    CHECK(difference(found.dx, p.x, 1e-5, value) < 1e-7);
    CHECK(difference(found.gradient, p.weights, 1e-5, value) < 1e-7);
    CHECK(difference(found.source, p.x, 1e-5, along) < 1e-7);
    CHECK(difference(found.curve_gradient, p.weights, 1e-5, along) < 1e-7);
  }
}

}  // namespace

TEST_CASE("norms within an event and deviations agree with the oracle in every layout, on any number of threads") {
  check<layer_norm>(), check<instance_norm>(), check<pixel_norm>(), check<l2_normalisation>();
  check<minibatch_deviation<4>>(), check<minibatch_deviation<3>>();  // that of two is no curve
}

TEST_CASE("tangents and slopes of norms and deviations are adjoint, and curvature is how they change") {
  check_laws<layer_norm>(), check_laws<instance_norm>(), check_laws<pixel_norm>(), check_laws<l2_normalisation>();
  check_laws<minibatch_deviation<4>>(), check_laws<minibatch_deviation<3>>();
}

TEST_CASE("a norm within an event stays exact far from zero") {
  const auto kernel = native_kernel<layer_norm, float>();
  const norm_problem p = make<layer_norm>(shape(20, 16, 16), 2, 16, 1000);
  CHECK(distance(run_all(kernel, p).y, oracle<layer_norm>(p).y) < 2e-4);
}
