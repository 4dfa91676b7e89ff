// Sinkhorn's plan: against exact assignment, against its own plain iteration, and its marginals where that has trouble.
#include <algorithm>
#include <cmath>
#include <hepgan/core/random.hpp>
#include <hepgan/loss/sinkhorn.hpp>
#include <numeric>
#include <vector>

#include "../support/catch.hpp"

using namespace hepgan;

namespace {

struct costs {
  int rows, columns;
  std::vector<double> at;  ///< [row][column]
};

/// ½‖x − y‖² of normal points in so many dimensions; the share of them that lies `apart` differs between the batches,
/// so that some have to go the whole way.
costs between_points(int rows, int columns, int dimensions, std::uint32_t draw, double apart = 0) {
  const random_stream r(7, purpose::user, draw);
  std::vector<double> x(std::size_t(rows + columns) * dimensions);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = r.normal(i);
  for (int i = 0; i < rows + columns; ++i) x[i * dimensions] += i % (i < rows ? 2 : 3) ? apart : 0;
  costs c{rows, columns, {}};
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) {
      double square = 0;
      for (int k = 0; k < dimensions; ++k)
        square += std::pow(x[i * dimensions + k] - x[(rows + j) * dimensions + k], 2);
      c.at.push_back(square / 2);
    }
  return c;
}

template <class Real>
void solve(transport<Real>& t, const costs& c, const sinkhorn& how, double scale = 1) {
  t.resize(c.rows, c.columns);
  for (int i = 0; i < c.rows; ++i)
    for (int j = 0; j < c.columns; ++j) t.cost(i)[j] = scale * c.at[i * c.columns + j];
  t.solve(how);
}

/// The largest relative error of all marginals, or infinity.
template <class Real>
double marginal_error(const transport<Real>& t) {
  std::vector<double> columns(t.columns());
  double worst = 0;
  const auto see = [&](double sum, double wanted) {
    const double error = std::abs(sum / wanted - 1);
    worst = error >= 0 ? std::max(worst, error) : INFINITY;
  };
  for (int i = 0; i < t.rows(); ++i) {
    double sum = 0;
    for (int j = 0; j < t.columns(); ++j) sum += t.plan(i)[j], columns[j] += t.plan(i)[j];
    see(sum, 1.0 / t.rows());
  }
  for (const double sum : columns) see(sum, 1.0 / t.columns());
  return worst;
}

double best_assignment(const costs& c) {
  std::vector<int> to(c.rows);
  std::iota(to.begin(), to.end(), 0);
  double best = INFINITY;
  do {
    double sum = 0;
    for (int i = 0; i < c.rows; ++i) sum += c.at[i * c.rows + to[i]] / c.rows;
    best = std::min(best, sum);
  } while (std::next_permutation(to.begin(), to.end()));
  return best;
}

}  // namespace

TEST_CASE("as lambda grows, Sinkhorn's cost comes to that of the best assignment, within the entropy that it gains") {
  transport<double> t;
  for (int n = 1; n <= 8; ++n)
    for (const double scale : {1.0, 1e4}) {
      const costs c = between_points(n, n, 2, n);
      const double exact = scale * best_assignment(c);
      double last = INFINITY;
      for (const double lambda : {1.0, 10.0, 100.0, 500.0, 1e4}) {
        CAPTURE(n, scale, lambda);
        solve(t, c, {.lambda = lambda, .tolerance = 1e-10, .iterations = 1000000}, scale);
        const double rounding = 1e-9 * scale, gap = std::log(n) / lambda;
        for (const double found : {t.cost_of_plan(), t.entropic_cost()}) {
          CHECK(found >= exact - rounding);
          CHECK(found <= exact + gap + rounding);
        }
        CHECK(t.cost_of_plan() <= last + rounding);
        last = t.cost_of_plan();
      }
      CHECK(last == Approx(exact).margin(1e-3));
    }
}

TEST_CASE("the plan is that of Sinkhorn's own iteration, and its entropic cost the definition's") {
  transport<double> t;
  for (const auto& size : {std::pair{9, 9}, {5, 17}, {20, 3}}) {
    const int n = size.first, m = size.second;
    const costs c = between_points(n, m, 3, 40);
    const double lambda = 7;
    std::vector<double> u(n, 1), v(m, 1);
    const auto k = [&](int i, int j) { return std::exp(-lambda * c.at[i * m + j]); };
    for (int step = 0; step < 20000; ++step) {
      for (int i = 0; i < n; ++i) {
        double sum = 0;
        for (int j = 0; j < m; ++j) sum += k(i, j) * v[j];
        u[i] = 1 / (n * sum);
      }
      for (int j = 0; j < m; ++j) {
        double sum = 0;
        for (int i = 0; i < n; ++i) sum += k(i, j) * u[i];
        v[j] = 1 / (m * sum);
      }
    }
    solve(t, c, {.lambda = lambda, .tolerance = 1e-12, .iterations = 100000});
    double cost = 0, entropy = 0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < m; ++j) {
        const double p = u[i] * k(i, j) * v[j];
        CHECK(t.plan(i)[j] == Approx(p).epsilon(1e-8).margin(1e-12));
        cost += p * c.at[i * m + j], entropy += p > 0 ? p * std::log(p * n * m) : 0;
      }
    CHECK(t.cost_of_plan() == Approx(cost).epsilon(1e-9));
    CHECK(t.entropic_cost() == Approx(cost + entropy / lambda).epsilon(1e-9));
  }
}

TEST_CASE("marginals hold at lambda 500, for costs of ten thousand too") {
  transport<float> narrow;
  transport<double> wide;
  for (const auto& [n, m] : {std::pair{64, 64}, {37, 90}, {130, 21}})
    for (const int dimensions : {2, 8, 300})
      for (const double apart : {0.0, 5.0})
        for (const double scale : {1.0, 1e4}) {
          CAPTURE(n, m, dimensions, apart, scale);
          const costs c = between_points(n, m, dimensions, 50, apart);
          solve(narrow, c, {.iterations = 20000}, scale);
          CHECK(marginal_error(narrow) < 1e-4 + 2e-6);
          CHECK(std::isfinite(narrow.cost_of_plan()));
          solve(wide, c, {.tolerance = 1e-6, .iterations = 200000}, scale);
          CHECK(marginal_error(wide) < 1.001e-6);
          CHECK(wide.marginal_error() < 1e-6);
          CHECK(narrow.cost_of_plan() == Approx(wide.cost_of_plan()).epsilon(1e-3));
          CHECK(narrow.entropic_cost() == Approx(wide.entropic_cost()).epsilon(1e-4));
        }
}

TEST_CASE("a coarse plan is within its tolerance, for fewer sweeps and nearly the same entropic cost") {
  transport<float> t;
  for (const auto& [n, m] : {std::pair{64, 64}, {37, 90}, {130, 21}})
    for (const double apart : {0.0, 5.0})
      for (const double tolerance : {0.01, 0.05, 0.3}) {
        CAPTURE(n, m, apart, tolerance);
        const costs c = between_points(n, m, 2, 55, apart);
        solve(t, c, {});
        const int sweeps = t.sweeps();
        const double cost = t.entropic_cost();
        solve(t, c, {.tolerance = tolerance});
        CHECK(marginal_error(t) < tolerance + 2e-6);
        CHECK(t.sweeps() < sweeps);
        CHECK(t.entropic_cost() == Approx(cost).epsilon(tolerance));
      }
}

TEST_CASE("cut short, a plan still has its rows and no number out of range") {
  transport<float> t;
  for (const int iterations : {0, 1, 20, 100}) {
    solve(t, between_points(40, 70, 4, 60, 5), {.iterations = iterations}, 1e4);
    for (int i = 0; i < t.rows(); ++i)
      CHECK(std::accumulate(t.plan(i).begin(), t.plan(i).end(), 0.0) == Approx(1.0 / t.rows()).epsilon(1e-5));
    CHECK(std::isfinite(t.cost_of_plan()));
    CHECK(t.sweeps() < iterations + 50);
  }
}

TEST_CASE("equal costs are shared equally, one row or column takes all, and room that was used is as new") {
  transport<float> t, fresh;
  solve(t, {3, 5, std::vector<double>(15, 7)}, {});
  for (int i = 0; i < 3; ++i)
    for (const float p : t.plan(i)) CHECK(p == Approx(1.0 / 15));
  CHECK(t.cost_of_plan() == Approx(7));
  for (const auto& [n, m] : {std::pair{1, 1}, {1, 6}, {6, 1}}) {
    const costs c = between_points(n, m, 2, 70);
    solve(t, c, {});
    for (int i = 0; i < n; ++i)
      for (const float p : t.plan(i)) CHECK(p == Approx(1.0 / (n * m)).epsilon(1e-3));
    CHECK(t.cost_of_plan() == Approx(std::accumulate(c.at.begin(), c.at.end(), 0.0) / (n * m)).epsilon(1e-3));
  }
  const costs c = between_points(10, 11, 2, 71);
  solve(t, {40, 40, std::vector<double>(1600, NAN)}, {});
  solve(t, c, {}), solve(fresh, c, {});
  CHECK(t.cost_of_plan() == fresh.cost_of_plan());
  for (int i = 0; i < 10; ++i) CHECK(std::ranges::equal(t.plan(i), fresh.plan(i)));
}

TEST_CASE("a cost that is not finite makes a plan of no numbers, and a lambda that is none is refused") {
  transport<float> t;
  for (const double bad : {double(NAN), double(INFINITY), -double(INFINITY)}) {
    costs c = between_points(6, 5, 2, 80);
    c.at[13] = bad;
    solve(t, c, {});
    CHECK(std::isnan(t.cost_of_plan()));
    CHECK(std::isnan(t.entropic_cost()));
    CHECK(std::isnan(t.plan(0)[0]));
    t.cost(2)[3] = 1;  // the bad one: the same room again
    t.solve({});
    CHECK(marginal_error(t) < 2e-4);
  }
  for (const double lambda : {0.0, -1.0, double(NAN), double(INFINITY)})
    CHECK_THROWS_WITH(solve(t, between_points(6, 5, 2, 81), {.lambda = lambda}),
                      has_text("expected a positive number"));
}
