// Entropic optimal transport between two batches of equal weights (Cuturi, arXiv:1306.0895): the plan P that minimises
// Σ P·C + 1/λ Σ P log(P·n·m) among those with marginals 1/n and 1/m, n and m the numbers of rows and columns.
//
// P_ij = u_i K_ij v_j with K = exp(−λC). Sinkhorn's step, v ← v/c with c the columns' sums, closes gaps between
// potentials bit by bit. Here v moves by Newton's (Brauer et al., arXiv:1710.06635), found by conjugate gradients that
// begin in the direction of Sinkhorn's; each of these costs one sweep over K, as Sinkhorn's would, and λ comes to its
// value from below.
#pragma once
#include <cmath>
#include <hepgan/core/error.hpp>
#include <hepgan/loss/transport_kernel.hpp>
#include <numeric>
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

 public:
  transport() = default;
  transport(transport&&) = default;  // and no copy: its vectors lie in one block of its own

  void resize(int rows, int columns) {
    kernel_.resize(rows, columns);
    detail::grow(potentials_, columns), detail::grow(vectors_, 7 * stride() + kernel_.padded_rows());
    vectors_.fill(0);
    Real* at = vectors_.data();
    for (Real** v : {&v_, &c_, &step_, &left_, &direction_, &scaled_, &image_, &u_}) *v = at, at += stride();
  }
  int rows() const { return kernel_.rows(); }
  int columns() const { return kernel_.columns(); }
  std::span<double> cost(int row) const { return kernel_.cost(row); }
  std::span<const Real> plan(int row) const { return kernel_.row(row); }

  void solve(const sinkhorn& how) {
    if (!(how.lambda > 0) || !std::isfinite(how.lambda))
      throw error({"sinkhorn: found lambda = ", how.lambda, ", expected a positive number"});
    sweeps_ = 0;
    const double range = how.lambda * kernel_.range_of_costs();
    if (!std::isfinite(range)) return fail();
    for (double& g : kernel_.potentials()) g = 0;
    potentials_.fill(0);
    int doublings = 0;
    for (double r = range; r > 16; r /= 2) ++doublings;
    for (int k = doublings; k >= 0; --k) {
      const double tolerance = k > 0 ? (std::max)(tolerance_on_the_way(), how.tolerance) : how.tolerance;
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
  std::size_t stride() const { return kernel_.stride(); }
  double* log_v() const { return potentials_.data(); }
  /// For values of λ on the way: what all columns lack together is less than the least that a part of the rows and a
  /// part of the columns can differ by. Parts that differ by more and are not yet connected would be twice as far from
  /// it at the next λ.
  double tolerance_on_the_way() const {
    return (std::min)(0.02, 0.5 * std::gcd(rows(), columns()) / (double(rows()) * columns()));
  }
  void fail() {
    error_ = cost_ = entropic_cost_ = std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i < rows(); ++i)
      for (Real& p : kernel_.row(i)) p = Real(error_);
  }

  /// g ← factor·(g + log v), v ← 1: for another λ, or where v would leave a number's range.
  void absorb(double factor) {
    const auto g = kernel_.potentials();
    for (int j = 0; j < columns(); ++j) g[j] = factor * (g[j] + log_v()[j]), log_v()[j] = 0, v_[j] = 1;
    kernel_.make(lambda_);
  }
  /// The sum s of a row of K·x comes back as s·u², or, where the rows shall be balanced, as their scale from then on.
  [[gnu::noinline]] void sweep(const Real* x, bool balanced) {
    ++sweeps_;
    kernel_.sweep(x, image_, [this, balanced](int i, Real s) {
      if (balanced) return u_[i] = i < rows() ? 1 / s : 0;
      return s * u_[i] * u_[i];
    });
  }

  /// The rows' scales u, which make their sums 1, and the sums c of the columns, which shall be 1.
  [[gnu::noinline]] void balance() {
    sweep(v_, true);
    const double wanted = double(columns()) / rows();
    error_ = 0;
    for (int j = 0; j < columns(); ++j) {
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
    const auto [low, high] = std::minmax_element(step_, step_ + columns());
    const double middle = 0.5 * (double(*low) + *high), spread = double(*high) - *low;
    const double damped = spread > 0 ? std::log1p(spread) / spread : 1;
    bool large = false;
    for (int j = 0; j < columns(); ++j) {
      log_v()[j] += damped * (step_[j] - middle);
      large |= std::abs(log_v()[j]) > 10;
    }
    if (large) return absorb(1);
    for (int j = 0; j < columns(); ++j) v_[j] = static_cast<Real>(std::exp(log_v()[j]));
  }

  /// The step d of H·d = 1 − c, until no column has more than `enough` left. H is the larger, the larger c: by that the
  /// gradients are divided.
  void newton_step(double enough, int most_sweeps) {
    const auto zero = V::all(0), one = V::all(1), tiny = V::all(Real(1e-30));
    const auto wanted = V::all(Real(columns()) / Real(rows()));
    auto sum = zero;
    by_vectors([&](int j) {
      const auto c = V::load(c_ + j), left = select(c > zero, one - c, zero), d = left / (c + tiny);
      V::store(step_ + j, zero), V::store(left_ + j, left), V::store(direction_ + j, d);
      sum = V::fma(left, d, sum);
    });
    for (Real squared = V::sum(sum), largest = Real(error_); double(largest) > enough && sweeps_ < most_sweeps;) {
      by_vectors([&](int j) { V::store(scaled_ + j, V::load(v_ + j) * V::load(direction_ + j)); });
      sweep(scaled_, false);
      sum = zero;
      by_vectors([&](int j) {
        const auto d = V::load(direction_ + j);
        const auto image = V::load(c_ + j) * d - wanted * V::load(v_ + j) * V::load(image_ + j);
        V::store(image_ + j, image);
        sum = V::fma(d, image, sum);
      });
      const Real bend = V::sum(sum);
      if (!(bend > 0)) break;
      const auto along = V::all(squared / bend);
      auto most = sum = zero;
      by_vectors([&](int j) {
        const auto left = V::load(left_ + j) - along * V::load(image_ + j), d = left / (V::load(c_ + j) + tiny);
        V::store(step_ + j, V::fma(along, V::load(direction_ + j), V::load(step_ + j)));
        V::store(left_ + j, left), V::store(scaled_ + j, d);
        sum = V::fma(left, d, sum);
        most = select(abs(left) > most, abs(left), most);
      });
      largest = detail::largest_of<V>(most);
      const Real next = V::sum(sum);
      const auto turn = V::all(next / squared);
      by_vectors([&](int j) { V::store(direction_ + j, V::fma(turn, V::load(direction_ + j), V::load(scaled_ + j))); });
      squared = next;
    }
  }
  template <class F>
  void by_vectors(F f) const {
    for (std::size_t j = 0; j < stride(); j += V::width) f(static_cast<int>(j));
  }

  /// K becomes P, and the costs are summed.
  void finish() {
    double potentials = std::log(double(columns()));
    cost_ = 0;
    for (int j = 0; j < columns(); ++j) potentials += (kernel_.potentials()[j] + log_v()[j]) / columns();
    for (int i = 0; i < rows(); ++i) {
      const auto plan = kernel_.row(i);
      const auto c = cost(i);
      const Real u = u_[i] / Real(rows());
      double sum = 0;
      for (int j = 0; j < columns(); ++j) plan[j] *= u * v_[j], sum += double(plan[j]) * c[j];
      cost_ += sum;
      potentials += (std::log(double(u_[i])) - kernel_.largest(i)) / rows();
    }
    entropic_cost_ = potentials / lambda_;
  }

  detail::transport_kernel<Real> kernel_;
  aligned_block<double> potentials_;  ///< log v
  aligned_block<Real> vectors_;
  Real *v_ = nullptr, *c_ = nullptr, *step_ = nullptr, *left_ = nullptr;  ///< [column], as all but u
  Real *direction_ = nullptr, *scaled_ = nullptr, *image_ = nullptr, *u_ = nullptr;
  double lambda_ = 0, error_ = 0, cost_ = 0, entropic_cost_ = 0;
  int sweeps_ = 0;
};

}  // namespace hepgan
