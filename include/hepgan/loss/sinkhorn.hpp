// Entropic optimal transport between two batches of equal weights (Cuturi, arXiv:1306.0895): the plan P that minimises
// Σ P·C + 1/λ Σ P log(P·n·m) among those with marginals 1/n and 1/m, n and m the numbers of rows and columns.
//
// P_ij = u_i K_ij v_j with K = exp(−λC), whose numbers stay in range since potentials are absorbed into K wherever u or
// v would leave it, and since λ comes to its value from below (Schmitzer, arXiv:1610.06519). Sinkhorn's own step, v ←
// v/c with c the columns' sums, closes gaps between potentials bit by bit; here v moves by Newton's (Brauer et al.,
// arXiv:1710.06635), found by conjugate gradients that begin in the direction of Sinkhorn's. Any of these costs one
// sweep over K, without exponentials.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/arch/arch.hpp>
#include <hepgan/arch/layout.hpp>
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/core/aligned.hpp>
#include <hepgan/core/error.hpp>
#include <initializer_list>
#include <limits>
#include <numeric>
#include <span>
#include <string>

namespace hepgan {

/// How a plan is sought. λ = 1/ε is per unit of cost, as in exp(−λ·cost).
struct sinkhorn {
  double lambda = 500;      ///< the larger, the nearer to an assignment; arXiv:1803.05573's code has 500
  double tolerance = 1e-4;  ///< of each marginal, relative
  int iterations = 2000;    ///< sweeps over K at most; the plan is then taken as it is
};

/// One problem after another, in room that grows with the largest: `resize`, write `cost(i)` for each row, `solve`,
/// read `plan(i)`. Its rows' sums are exact, its columns' within the tolerance. Costs that are not finite make a plan
/// of NaN. One thread solves it.
template <class Real>
class transport {
  using V = native::widest_lanes<arch::current, Real>;
  using in_double = native::widest_lanes<arch::current, double>;
  static constexpr double infinity = std::numeric_limits<double>::infinity();

 public:
  void resize(int rows, int columns) {
    rows_ = rows, columns_ = columns, stride_ = round_up(columns),
    padded_ = (rows + together - 1) / together * together;
    grow(costs_, place(padded_)), grow(kernel_, place(padded_));
    grow(potentials_, 3 * std::size_t(stride_) + padded_), grow(vectors_, 7 * std::size_t(stride_) + padded_);
    potentials_.fill(0), vectors_.fill(0);
    split(potentials_.data(), {&g_, &log_v_, &exponents_, &top_});
    split(vectors_.data(), {&v_, &c_, &step_, &left_, &direction_, &scaled_, &image_, &u_});
    // what fills up the vectors has K = 0
    std::fill(g_ + columns, g_ + stride_, -infinity);
    for (int i = 0; i < rows; ++i) std::fill(costs_.data() + place(i) + columns, costs_.data() + place(i + 1), 0.0);
    std::fill(kernel_.data() + place(rows), kernel_.data() + place(padded_), Real(0));
  }
  int rows() const { return rows_; }
  int columns() const { return columns_; }
  std::span<double> cost(int row) const { return {costs_.data() + place(row), std::size_t(columns_)}; }
  std::span<const Real> plan(int row) const { return {kernel_.data() + place(row), std::size_t(columns_)}; }

  void solve(const sinkhorn& how) {
    if (!(how.lambda > 0) || !std::isfinite(how.lambda))
      throw error("sinkhorn: found lambda = " + std::to_string(how.lambda) + ", expected a positive number");
    sweeps_ = 0;
    const double range = how.lambda * range_of_costs();
    if (!(range < infinity)) return fail();
    std::fill_n(g_, columns_, 0.0), std::fill_n(log_v_, columns_, 0.0);
    int doublings = 0;
    for (double r = range; r > 4; r /= 2) ++doublings;
    for (int k = doublings; k >= 0; --k) {
      const double tolerance = k > 0 ? tolerance_on_the_way() : how.tolerance;
      lambda_ = std::ldexp(how.lambda, -k);
      absorb(k < doublings ? 2 : 1);
      for (balance(); error_ > tolerance && sweeps_ < how.iterations; balance()) move(tolerance, how.iterations);
    }
    std::isfinite(error_) ? finish() : fail();
  }

  /// Σ P·C.
  double cost_of_plan() const { return cost_; }
  /// Σ P·C + 1/λ Σ P log(P·n·m), by its dual, to which an error of the marginals matters in second order.
  double entropic_cost() const { return entropic_cost_; }
  double marginal_error() const { return error_; }  ///< of the columns, relative
  int sweeps() const { return sweeps_; }

 private:
  static constexpr int together = 4;  ///< rows that a sweep takes at once
  /// For values of λ on the way: what all columns lack together is less than the least that a part of the rows and a
  /// part of the columns can differ by. Parts that differ by more and are not yet connected would be twice as far from
  /// it at the next λ.
  double tolerance_on_the_way() const {
    return (std::min)(0.02, 0.5 * std::gcd(rows_, columns_) / (double(rows_) * columns_));
  }

  std::size_t place(int row) const { return std::size_t(row) * stride_; }
  /// The largest cost less the smallest; not a number if one is not finite.
  double range_of_costs() const {
    double low = infinity, high = -infinity, none = 0;
    for (int i = 0; i < rows_; ++i)
      for (const double c : cost(i)) low = (std::min)(low, c), high = (std::max)(high, c), none += c * 0;
    return high - low + none;
  }
  void fail() {
    error_ = cost_ = entropic_cost_ = std::numeric_limits<double>::quiet_NaN();
    kernel_.fill(Real(error_));
  }

  /// g ← factor·(g + log v), v ← 1, K_ij = exp(g_j − λC_ij − the row's largest).
  void absorb(double factor) {
    for (int j = 0; j < columns_; ++j) g_[j] = factor * (g_[j] + log_v_[j]), log_v_[j] = 0, v_[j] = 1;
    const auto lambda = in_double::all(lambda_);
    const auto least = V::all(-80), zero = V::all(0);
    for (int i = 0; i < rows_; ++i) {
      const double* c = costs_.data() + place(i);
      Real* k = kernel_.data() + place(i);
      auto top = in_double::all(-infinity);
      for (int j = 0; j < stride_; j += in_double::width) {
        const auto x = in_double::load(g_ + j) - lambda * in_double::load(c + j);
        in_double::store(exponents_ + j, x);
        top = select(x > top, x, top);
      }
      top_[i] = largest_of<in_double>(top);
      for (int j = 0; j < stride_; ++j) k[j] = static_cast<Real>(exponents_[j] - top_[i]);
      by_vectors([&](int j) {
        const auto x = V::load(k + j);
        V::store(k + j, select(x > least, exp(x), zero));  // and no denormal numbers
      });
    }
  }

  /// y = Kᵀ f(K·x), where f(row, number) is 0 for rows that fill up: K is read once.
  template <class F>
  void sweep(const Real* x, Real* y, F f) {
    ++sweeps_;
    std::fill_n(y, stride_, Real(0));
    for (int i = 0; i < padded_; i += together) {
      const Real *k0 = kernel_.data() + place(i), *k1 = k0 + stride_, *k2 = k1 + stride_, *k3 = k2 + stride_;
      auto s0 = V::all(0), s1 = s0, s2 = s0, s3 = s0;
      for (int j = 0; j < stride_; j += V::width) {
        const auto xj = V::load(x + j);
        s0 = V::fma(V::load(k0 + j), xj, s0), s1 = V::fma(V::load(k1 + j), xj, s1);
        s2 = V::fma(V::load(k2 + j), xj, s2), s3 = V::fma(V::load(k3 + j), xj, s3);
      }
      const auto t0 = V::all(f(i, V::sum(s0))), t1 = V::all(f(i + 1, V::sum(s1)));
      const auto t2 = V::all(f(i + 2, V::sum(s2))), t3 = V::all(f(i + 3, V::sum(s3)));
      for (int j = 0; j < stride_; j += V::width) {
        auto yj = V::fma(V::load(k0 + j), t0, V::load(y + j));
        yj = V::fma(V::load(k1 + j), t1, yj);
        yj = V::fma(V::load(k2 + j), t2, yj);
        V::store(y + j, V::fma(V::load(k3 + j), t3, yj));
      }
    }
  }

  /// The rows' scales u, which make their sums 1, and the sums c of the columns, which shall be 1.
  void balance() {
    sweep(v_, image_, [&](int i, Real sum) { return u_[i] = i < rows_ ? 1 / sum : 0; });
    const double wanted = double(columns_) / rows_;
    error_ = 0;
    for (int j = 0; j < columns_; ++j) {
      c_[j] = static_cast<Real>(wanted * v_[j] * image_[j]);
      const double off = std::abs(double(c_[j]) - 1);
      if (!(off <= error_)) error_ = off;
      if (std::isnan(off)) return;
    }
  }

  /// v moves towards the maximum of the dual, a concave function of log v with gradient 1 − c and Hessian −H, H =
  /// diag(c) − QᵀQ·m/n, where Q is K with both scales. Along d its third derivative is at most the spread of d times
  /// the second, so that the step log(1 + spread)/spread always ascends (Sun and Tran-Dinh, arXiv:1703.04599).
  void move(double tolerance, int most_sweeps) {
    newton_step((std::max)(0.5 * tolerance, (std::min)(error_, 0.3) * error_), most_sweeps);
    const auto [low, high] = std::minmax_element(step_, step_ + columns_);
    const double middle = 0.5 * (double(*low) + *high), spread = double(*high) - *low;
    const double damped = spread > 0 ? std::log1p(spread) / spread : 1;
    bool large = false;
    for (int j = 0; j < columns_; ++j) {
      log_v_[j] += damped * (step_[j] - middle);
      large |= std::abs(log_v_[j]) > 10;
    }
    if (large) return absorb(1);
    for (int j = 0; j < columns_; ++j) v_[j] = static_cast<Real>(std::exp(log_v_[j]));
  }

  /// The step d of H·d = 1 − c, until no column has more than `enough` left.
  void newton_step(double enough, int most_sweeps) {
    const auto tiny = V::all(Real(1e-30)), wanted = V::all(Real(columns_) / Real(rows_));
    auto sum = V::all(0);
    by_vectors([&](int j) {
      const auto c = V::load(c_ + j), left = select(c > V::all(0), V::all(1) - c, V::all(0)), d = left / (c + tiny);
      V::store(step_ + j, V::all(0)), V::store(left_ + j, left), V::store(direction_ + j, d);
      sum = V::fma(left, d, sum);
    });
    for (Real squared = V::sum(sum), largest = Real(error_); double(largest) > enough && sweeps_ < most_sweeps;) {
      by_vectors([&](int j) { V::store(scaled_ + j, V::load(v_ + j) * V::load(direction_ + j)); });
      sweep(scaled_, image_, [&](int i, Real s) { return s * u_[i] * u_[i]; });
      sum = V::all(0);
      by_vectors([&](int j) {
        const auto d = V::load(direction_ + j);
        const auto image = V::load(c_ + j) * d - wanted * V::load(v_ + j) * V::load(image_ + j);
        V::store(image_ + j, image);
        sum = V::fma(d, image, sum);
      });
      const Real bend = V::sum(sum);
      if (!(bend > 0)) break;
      const auto along = V::all(squared / bend);
      auto most = sum = V::all(0);
      by_vectors([&](int j) {
        const auto left = V::load(left_ + j) - along * V::load(image_ + j), d = left / (V::load(c_ + j) + tiny);
        V::store(step_ + j, V::fma(along, V::load(direction_ + j), V::load(step_ + j)));
        V::store(left_ + j, left), V::store(scaled_ + j, d);
        sum = V::fma(left, d, sum);
        most = select(abs(left) > most, abs(left), most);
      });
      const Real next = V::sum(sum);
      largest = largest_of<V>(most);
      const auto turn = V::all(next / squared);
      by_vectors([&](int j) { V::store(direction_ + j, V::fma(turn, V::load(direction_ + j), V::load(scaled_ + j))); });
      squared = next;
    }
  }
  template <class F>
  void by_vectors(F f) const {
    for (int j = 0; j < stride_; j += V::width) f(j);
  }
  template <class Vector>
  static auto largest_of(typename Vector::type x) {
    typename Vector::real each[Vector::width];
    Vector::store(each, x);
    return *std::max_element(each, each + Vector::width);
  }
  template <class Number>
  static void grow(aligned_block<Number>& block, std::size_t n) {
    if (block.size() < n) block = aligned_block<Number>(n);
  }
  /// Each begins a stride after the one before.
  template <class Number>
  void split(Number* at, std::initializer_list<Number**> vectors) const {
    for (Number** v : vectors) *v = at, at += stride_;
  }

  /// K becomes P, and the costs are summed.
  void finish() {
    double potentials = std::log(double(columns_));
    cost_ = 0;
    for (int j = 0; j < columns_; ++j) potentials += (g_[j] + log_v_[j]) / columns_;
    for (int i = 0; i < rows_; ++i) {
      Real* k = kernel_.data() + place(i);
      double sum = 0;
      for (int j = 0; j < columns_; ++j) {
        k[j] *= u_[i] / Real(rows_) * v_[j];
        sum += double(k[j]) * cost(i)[j];
      }
      cost_ += sum;
      potentials += (std::log(double(u_[i])) - top_[i]) / rows_;
    }
    entropic_cost_ = potentials / lambda_;
  }

  int rows_ = 0, columns_ = 0, stride_ = 0, padded_ = 0, sweeps_ = 0;
  double lambda_ = 0, error_ = 0, cost_ = 0, entropic_cost_ = 0;
  aligned_block<double> costs_, potentials_;
  aligned_block<Real> kernel_, vectors_;
  double *g_ = nullptr, *log_v_ = nullptr, *exponents_ = nullptr;  ///< [column]
  double* top_ = nullptr;                                          ///< [row]
  Real *v_ = nullptr, *c_ = nullptr, *step_ = nullptr, *left_ = nullptr, *direction_ = nullptr;
  Real *scaled_ = nullptr, *image_ = nullptr;
  Real* u_ = nullptr;  ///< [row]
};

}  // namespace hepgan
