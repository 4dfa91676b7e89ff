// Transport by naive formulas, with the plans held where they were found: what the gradients of losses of optimal
// transport are by definition.
#pragma once
#include <cmath>
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <vector>

namespace hepgan::test {

/// By the formulas of their papers.
inline double cost(cosine_cost, std::span<const double> x, std::span<const double> y) {
  double xy = 0, xx = 0, yy = 0;
  for (std::size_t k = 0; k < x.size(); ++k) xy += x[k] * y[k], xx += x[k] * x[k], yy += y[k] * y[k];
  return 1 - xy / std::sqrt(xx * yy);
}
inline double cost(euclidean_cost, std::span<const double> x, std::span<const double> y) {
  double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) sum += (x[k] - y[k]) * (x[k] - y[k]) / 2;
  return sum;
}

/// Σ weight · ΣP·C over pairs of batches, `each` of the real embeddings and as many of the generated ones, P being the
/// plans of the embeddings that it was made with. As a loss: it writes no gradients.
template <class Cost, int Each>
struct held_plans : loss_traits {
  static constexpr int batches = Each;
  static constexpr bool embeddings = true, real_for_generator = true;
  held_plans(const sinkhorn& how, std::vector<hepgan::detail::weighted_transport> of, rows<const double> real,
             rows<const double> fake)
      : pairs(std::move(of)) {
    for (const auto& p : pairs) {
      const auto x = batch(p.left, real, fake), y = batch(p.right, real, fake);
      transport<double> t;
      t.resize(static_cast<int>(x.size()), static_cast<int>(y.size()));
      for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < y.size(); ++j) t.cost(static_cast<int>(i))[j] = test::cost(Cost{}, x[i], y[j]);
      t.solve(how);
      for (std::size_t i = 0; i < x.size(); ++i)
        for (const double mass : t.plan(static_cast<int>(i))) plans.push_back(mass);
    }
  }
  double generator(rows<const double> real, rows<const double> fake, rows<double> = {}) const {
    double sum = 0;
    auto mass = plans.begin();
    for (const auto& p : pairs) {
      const auto x = batch(p.left, real, fake), y = batch(p.right, real, fake);
      for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = 0; j < y.size(); ++j) sum += p.weight * *mass++ * test::cost(Cost{}, x[i], y[j]);
    }
    return sum;
  }
  double critic(rows<const double> real, rows<const double> fake, rows<double> = {}, rows<double> = {}) const {
    return -generator(real, fake);
  }
  static double decision(std::span<const double>) { return 0; }

 private:
  std::vector<hepgan::detail::weighted_transport> pairs;
  std::vector<double> plans;  ///< one after another

  static rows<const double> batch(int number, rows<const double> real, rows<const double> fake) {
    const auto& all = number < Each ? real : fake;
    const std::size_t size = all.flat.size() / Each;
    return {all.flat.subspan(number % Each * size, size), all.width};
  }
};

/// W(X,Y) + W(X,Y′) + W(X′,Y) + W(X′,Y′) − 2W(X,X′) − 2W(Y,Y′), the energy distance of OT-GAN (arXiv:1803.05573).
template <class Cost>
auto hold(const optimal_transport_of<Cost>& loss, rows<const double> real, rows<const double> fake) {
  return held_plans<Cost, 2>(loss.plan, {{0, 2, 1}, {0, 3, 1}, {1, 2, 1}, {1, 3, 1}, {0, 1, -2}, {2, 3, -2}}, real,
                             fake);
}
/// W(X,Y) − ½W(X,X) − ½W(Y,Y), but for the entropies of the plans, which are constant with these (arXiv:1810.08278).
template <class Cost>
auto hold(const sinkhorn_divergence_of<Cost>& loss, rows<const double> real, rows<const double> fake) {
  return held_plans<Cost, 1>(loss.plan, {{0, 1, 1}, {0, 0, -0.5}, {1, 1, -0.5}}, real, fake);
}

}  // namespace hepgan::test
