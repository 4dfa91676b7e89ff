// A weighted sum of transports between batches of embeddings, and its gradient with the plans held constant: what
// optimal-transport losses are made of.
#pragma once
#include <algorithm>
#include <hepgan/backend/native/plain_products.hpp>
#include <hepgan/core/rows.hpp>
#include <hepgan/loss/sinkhorn.hpp>
#include <hepgan/loss/transport_costs.hpp>
#include <initializer_list>
#include <vector>

namespace hepgan::detail {

/// weight · W(batch left, batch right); no two of a sum are between the same batches.
struct weighted_transport {
  int left, right;
  double weight;
};
/// Σ P·C alone, or with its entropy: then the gradient is exact, as the plan is a minimum.
enum class transport_value { cost, entropic_cost };

/// Room for one sum after another, which grows with the largest: for one thread that asks for them.
template <class Real>
class weighted_transports {
 public:
  /// Real embeddings are so many batches `each`, one after another, and the generated ones, which count on, too. An
  /// empty gradient is not wanted. Pairs are worked on in parallel, each by one thread; sums run in order.
  template <class Cost>
  double evaluate(Cost cost, const sinkhorn& how, transport_value value, rows<const Real> real, rows<const Real> fake,
                  int each, std::initializer_list<weighted_transport> pairs, rows<Real> d_real, rows<Real> d_fake) {
    expect_batches(real, each), expect_batches(fake, each);
    expect_size("optimal transport, width of embeddings", fake.width, real.width);
    width_ = static_cast<int>(real.width), reals_ = static_cast<int>(real.size());
    all_ = reals_ + static_cast<int>(fake.size()), each_ = each;
    if (pairs.size() > most_pairs)
      throw error({"optimal transport: found ", pairs.size(), " pairs of batches, expected at most ", most_pairs});
    const std::size_t all = all_;
    grow(points_, all * width_), grow(moved_, all * width_), grow(weights_, all * all), grow(halves_, all);
    place(cost, real, fake);
    weights_.fill(0);
    parallel_for(static_cast<std::int64_t>(pairs.size()),
                 [&](std::int64_t k) { solve(solvers_[k], pairs.begin()[k], how); });
    double sum = 0;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      const auto& plan = solvers_[k].plan;
      sum += pairs.begin()[k].weight * (value == transport_value::cost ? plan.cost_of_plan() : plan.entropic_cost());
    }
    if (!d_real.empty()) pull_back(cost, 0, real, d_real);
    if (!d_fake.empty()) pull_back(cost, reals_, fake, d_fake);
    return sum;
  }

 private:
  static constexpr std::size_t most_pairs = 6;  ///< as four batches have
  struct solver {
    transport<Real> plan;
    native::products<arch::current, Real> products;
    aligned_block<Real> inner;
  };
  static void expect_batches(rows<const Real> r, int batches) {
    if (r.empty() || r.flat.size() % (r.width * batches) != 0)
      throw error({"optimal transport: found ", r.flat.size(), " numbers, expected ", batches,
                   " equal batches of embeddings of ", r.width});
  }
  int size(int batch) const { return (batch < each_ ? reals_ : all_ - reals_) / each_; }
  int first(int batch) const { return batch < each_ ? batch * size(0) : reals_ + (batch - each_) * size(batch); }
  std::span<Real> point(std::int64_t i) const { return points_.span().subspan(i * width_, width_); }

  template <class Cost>
  void place(Cost, rows<const Real> real, rows<const Real> fake) {
    mean_.assign(width_, Real(0));
    const auto embedding = [&](std::int64_t i) { return i < reals_ ? real[i] : fake[i - reals_]; };
    if constexpr (Cost::centred)
      for (int i = 0; i < all_; ++i)
        for (int k = 0; k < width_; ++k) mean_[k] += embedding(i)[k] / Real(all_);
    parallel_for(
        all_, [&](std::int64_t i) { halves_.data()[i] = Cost::template point<Real>(embedding(i), mean_, point(i)); });
  }

  /// The plan of a pair, times its weight, to both of its places in the symmetric matrix of weights.
  void solve(solver& s, const weighted_transport& pair, const sinkhorn& how) {
    const int l = first(pair.left), r = first(pair.right), n = size(pair.left), m = size(pair.right);
    grow(s.inner, std::size_t(n) * m);
    s.products.multiply_transposed({point(l).data(), n, width_}, {point(r).data(), m, width_}, s.inner.data());
    s.plan.resize(n, m);
    for (int i = 0; i < n; ++i) {
      const Real* inner = s.inner.data() + std::size_t(i) * m;
      const Real half = halves_.data()[l + i], *halves = halves_.data() + r;
      double* cost = s.plan.cost(i).data();
#pragma omp simd
      for (int j = 0; j < m; ++j) {
        const Real c = half + halves[j] - inner[j];
        cost[j] = c < 0 ? Real(0) : c;  // below 0 by rounding
      }
    }
    s.plan.solve(how);
    const Real weight = static_cast<Real>(pair.weight);
    constexpr int strip = 16;  // columns whose transposed rows stay in the first cache
    for (int from = 0; from < m; from += strip)
      for (int i = 0; i < n; ++i) {
        const Real* plan = s.plan.plan(i).data();
        Real *across = weights_.data() + std::size_t(l + i) * all_ + r,
             *down = weights_.data() + std::size_t(r) * all_ + l + i;
        for (int j = from; j < (std::min)(m, from + strip); ++j)
          across[j] += weight * plan[j], down[std::size_t(j) * all_] += weight * plan[j];
      }
  }

  /// Of Σ w_ij ½‖p_i − p_j‖² over pairs: dp_i = Σ_j w_ij (p_i − p_j).
  template <class Cost>
  void pull_back(Cost, int from, rows<const Real> x, rows<Real> dx) {
    const int n = static_cast<int>(x.size());
    expect_size("optimal transport, gradient", dx.flat.size(), x.flat.size());
    const Real* w = weights_.data() + std::size_t(from) * all_;
    products_.multiply({w, n, all_}, {points_.data(), all_, width_}, moved_.data());
    parallel_for(n, [&](std::int64_t i) {
      const Real* row = w + i * all_;
      Real sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int j = 0; j < all_; ++j) sum += row[j];
      const auto moved = moved_.span().subspan(i * width_, width_);
      combine<Real>(sum, point(from + i), -1, moved, moved);
      Cost::template pull_back<Real>(x[i], point(from + i), moved, dx[i]);
    });
  }

  int width_ = 0, reals_ = 0, all_ = 0, each_ = 0;
  aligned_block<Real> points_, moved_, weights_, halves_;
  std::vector<Real> mean_;
  solver solvers_[most_pairs];
  native::products<arch::current, Real> products_;
};

/// The calling thread's.
template <class Real>
weighted_transports<Real>& transports() {
  thread_local weighted_transports<Real> room;
  return room;
}

}  // namespace hepgan::detail
