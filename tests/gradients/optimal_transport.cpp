// Losses of optimal transport in double: values by naive formulas, gradients against central differences of these, with
// the plans held where they were found.
#include <cmath>
#include <functional>
#include <hepgan/dcgan.hpp>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/net/input_gradient.hpp>
#include <vector>

#include "../support/catch.hpp"

using namespace hepgan;

namespace {

constexpr int width = 4;
using numbers = std::vector<double>;

/// By the formulas of their papers.
double naive(cosine_cost, const double* x, const double* y) {
  double xy = 0, xx = 0, yy = 0;
  for (int k = 0; k < width; ++k) xy += x[k] * y[k], xx += x[k] * x[k], yy += y[k] * y[k];
  return 1 - xy / std::sqrt(xx * yy);
}
double naive(euclidean_cost, const double* x, const double* y) {
  double sum = 0;
  for (int k = 0; k < width; ++k) sum += (x[k] - y[k]) * (x[k] - y[k]) / 2;
  return sum;
}

/// Two batches, and the plan between them when it was found.
template <class Cost>
struct coupling {
  const double *x, *y;
  int n, m;
  std::vector<double> plan;

  coupling(const double* left, int rows, const double* right, int columns, const sinkhorn& how)
      : x(left), y(right), n(rows), m(columns) {
    transport<double> t;
    t.resize(n, m);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < m; ++j) t.cost(i)[j] = naive(Cost{}, x + i * width, y + j * width);
    t.solve(how);
    for (int i = 0; i < n; ++i) plan.insert(plan.end(), t.plan(i).begin(), t.plan(i).end());
  }
  double cost() const {
    double sum = 0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < m; ++j) sum += plan[i * m + j] * naive(Cost{}, x + i * width, y + j * width);
    return sum;
  }
};

numbers embeddings(int n, double mean, std::uint32_t draw) {
  const random_stream r(3, purpose::user, draw);
  numbers x(std::size_t(n) * width);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = r.normal(i) + mean;
  return x;
}

/// The largest error of gradient d against central differences of f, relative to the largest slope.
double error_of(const numbers& d, numbers& x, const std::function<double()>& f) {
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double start = x[i], h = 1e-5;
    x[i] = start + h;
    const double up = f();
    x[i] = start - h;
    const double down = f();
    x[i] = start;
    worst = std::max(worst, std::abs((up - down) / (2 * h) - d[i])), largest = std::max(largest, std::abs(d[i]));
  }
  REQUIRE(largest > 0);
  return worst / largest;
}

/// Real and generated events need not be as many.
template <class Loss>
struct evaluated {
  numbers real, fake, d_real, d_fake, d_generator;
  double critic = 0, generator = 0;

  evaluated(const Loss& loss, int n, int m)
      : real(embeddings(n, 0.3, 0)),
        fake(embeddings(m, -0.2, 1)),
        d_real(real.size()),
        d_fake(fake.size()),
        d_generator(fake.size()) {
    evaluate(loss);
  }
  void evaluate(const Loss& loss) {
    const rows<const double> x{real, width}, y{fake, width};
    critic = loss.critic(x, y, rows<double>{d_real, width}, rows<double>{d_fake, width});
    generator = loss.generator(x, y, rows<double>{d_generator, width});
  }
};

template <class Cost>
void check_energy_distance(double lambda) {
  const optimal_transport_of<Cost> loss{{}, {lambda, 1e-11, 1000000}};
  evaluated e(loss, 12, 8);
  const double *x = e.real.data(), *other_x = x + 6 * width, *y = e.fake.data(), *other_y = y + 4 * width;
  using between = coupling<Cost>;
  const between cross[]{{x, 6, y, 4, loss.plan},
                        {x, 6, other_y, 4, loss.plan},
                        {other_x, 6, y, 4, loss.plan},
                        {other_x, 6, other_y, 4, loss.plan}};
  const between reals(x, 6, other_x, 6, loss.plan), fakes(y, 4, other_y, 4, loss.plan);
  const auto distance = [&] {
    double sum = -2 * reals.cost() - 2 * fakes.cost();
    for (const auto& c : cross) sum += c.cost();
    return sum;
  };
  CAPTURE(lambda);
  CHECK(e.generator == Approx(distance()).epsilon(1e-8));
  CHECK(e.critic == -e.generator);
  const auto minus = [&] { return -distance(); };
  CHECK(error_of(e.d_real, e.real, minus) < 1e-7);
  CHECK(error_of(e.d_fake, e.fake, minus) < 1e-7);
  CHECK(error_of(e.d_generator, e.fake, distance) < 1e-7);
}

/// No plan is held here: it is found anew for each difference.
template <class Cost>
void check_divergence(double lambda) {
  const sinkhorn_divergence_of<Cost> loss{{}, {lambda, 1e-12, 1000000}};
  evaluated e(loss, 7, 5);
  evaluated moved = e;
  const auto critic = [&] { return moved.evaluate(loss), moved.critic; };
  const auto generator = [&] { return moved.evaluate(loss), moved.generator; };
  CAPTURE(lambda);
  CHECK(error_of(e.d_real, moved.real, critic) < 1e-7);
  CHECK(error_of(e.d_fake, moved.fake, critic) < 1e-7);
  CHECK(error_of(e.d_generator, moved.fake, generator) < 1e-7);
}

}  // namespace

TEST_CASE("the energy distance's gradients agree with central differences, the plans held") {
  for (const double lambda : {3.0, 50.0, 500.0})
    check_energy_distance<cosine_cost>(lambda), check_energy_distance<euclidean_cost>(lambda);
}

TEST_CASE("the Sinkhorn divergence's gradients agree with central differences, its plans left to move") {
  for (const double lambda : {1.0, 10.0, 50.0})
    check_divergence<cosine_cost>(lambda), check_divergence<euclidean_cost>(lambda);
}

TEST_CASE("a critic's gradient through CReLU agrees with central differences, of first and of second order") {
  struct embedder : sequential<shape{1, 8, 8}, conv2d<8, kernel<4>, stride<2>, pad<1>, bias>, crelu,
                               conv2d<3, kernel<3>, bias>, crelu, dense<5>> {};
  static_assert(parameter_count<embedder> == 8 * 17 + 3 * (9 * 16 + 1) + 5 * 6 * 4);
  CHECK(gradient_check<embedder>(4) < 1e-6);

  struct scorer : sequential<shape{1, 8, 8}, conv2d<8, kernel<4>, stride<2>, pad<1>>, crelu, dense<1>> {};
  parameters<scorer, double> p;
  input_gradient<scorer, double> slope(3);
  gradients<scorer, double> g;
  const random_stream r(4, purpose::user);
  std::uint64_t drawn = 0;
  p.update([&](auto weights) {
    for (double& w : weights) w += 0.4 * r.normal(drawn++);
  });
  const numbers x = [&] {
    numbers all(3 * 64);
    for (double& e : all) e = r.normal(drawn++);
    return all;
  }();
  const auto half_square = [&] {  // ½ Σ ‖∇D‖²
    double sum = 0;
    for (const double s : slope.evaluate(p, x)) sum += s * s / 2;
    return sum;
  };
  const auto at_x = slope.evaluate(p, x);
  std::ranges::copy(at_x, slope.direction().begin());
  slope.pull_back(p, g);
  numbers weights(p.flat().begin(), p.flat().end()), d(g.flat().begin(), g.flat().end());
  CHECK(error_of(d, weights, [&] {
          p.update([&](auto w) { std::ranges::copy(weights, w.begin()); });
          return half_square();
        }) < 1e-7);
}
