// Costs of transport between embeddings, each ½‖p − q‖² of the points that a cost makes of them: all inner products of
// two batches are one product of matrices, and the gradient is another.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/backend/native/matrix_product.hpp>
#include <hepgan/backend/native/over_numbers.hpp>
#include <span>

namespace hepgan {
namespace detail {

template <class Real>
[[gnu::noinline]] Real inner_product(std::span<const Real> a, std::span<const Real> b) {
  return native::matrix_product::dot<native::widest_lanes<arch::current, Real>>(static_cast<int>(a.size()), a.data(),
                                                                                b.data());
}
/// to = α·a + β·b.
template <class Real>
[[gnu::noinline]] void combine(Real alpha, std::span<const Real> a, Real beta, std::span<const Real> b,
                               std::span<Real> to) {
  native::over_numbers<arch::current, Real>(static_cast<std::int64_t>(a.size()), [&]<class V>(V, std::int64_t i) {
    V::store(to.data() + i, V::fma(V::all(alpha), V::load(a.data() + i), V::all(beta) * V::load(b.data() + i)));
  });
}

}  // namespace detail

/// 1 − cos(x, y), from 0 to 2 (arXiv:1803.05573): points are x/‖x‖, and the gradient goes through the lengths. An
/// embedding of no length (below 1e-15) has cosine 0 with all others, and no gradient.
struct cosine_cost {
  static constexpr bool centred = false;
  static constexpr double least_length = 1e-15;
  /// Writes the point of embedding x, and returns ½‖point‖².
  template <class Real>
  static Real point(std::span<const Real> x, std::span<const Real>, std::span<Real> p) {
    const Real length = std::sqrt(detail::inner_product(x, x));
    detail::combine<Real>(length <= Real(least_length) ? 0 : 1 / length, x, 0, x, p);
    return Real(0.5);
  }
  /// dx from what the point's gradient dp is.
  template <class Real>
  static void pull_back(std::span<const Real> x, std::span<const Real> p, std::span<const Real> dp,
                        std::span<Real> dx) {
    const Real length = std::sqrt(detail::inner_product(x, x)), along = detail::inner_product(dp, p);
    const Real scale = length <= Real(least_length) ? 0 : 1 / length;
    detail::combine<Real>(scale, dp, -scale * along, p, dx);
  }
};

/// ½‖x − y‖². Points are x less the mean of all embeddings, without which rounding would take what a far offset leaves.
struct euclidean_cost {
  static constexpr bool centred = true;
  template <class Real>
  static Real point(std::span<const Real> x, std::span<const Real> mean, std::span<Real> p) {
    detail::combine<Real>(1, x, -1, mean, p);
    return Real(0.5) * detail::inner_product<Real>(p, p);
  }
  template <class Real>
  static void pull_back(std::span<const Real>, std::span<const Real>, std::span<const Real> dp, std::span<Real> dx) {
    std::copy_n(dp.data(), dp.size(), dx.data());
  }
};

}  // namespace hepgan
