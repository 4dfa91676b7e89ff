// What an encoder says of an event's latent numbers: q(z|x) = Π N(μᵢ, σᵢ²), as a row of μ₁ … μ_L, log σ₁² … log σ_L²
// (Kingma and Welling, arXiv:1312.6114). Nothing is clamped: the divergence pulls a variance back, and one that
// overflows is a loss that is not finite.
#pragma once
#include <cmath>
#include <cstddef>
#include <span>

namespace hepgan {

/// z = μ + σε of one event.
template <class Real>
void reparametrise(std::span<const Real> q, std::span<const Real> noise, std::span<Real> z) {
  const std::size_t n = z.size();
  for (std::size_t i = 0; i < n; ++i) z[i] = q[i] + std::exp(Real(0.5) * q[n + i]) * noise[i];
}
/// The gradient of q from that of z: dμ = dz, d log σ² = ½σε·dz.
template <class Real>
void reparametrise_gradient(std::span<const Real> q, std::span<const Real> noise, std::span<const Real> d_z,
                            std::span<Real> d_q) {
  const std::size_t n = d_z.size();
  for (std::size_t i = 0; i < n; ++i) {
    d_q[i] = d_z[i];
    d_q[n + i] = Real(0.5) * std::exp(Real(0.5) * q[n + i]) * noise[i] * d_z[i];
  }
}

/// KL(q‖N(0, 1)) of one event, ½Σ(μ² + σ² − 1 − log σ²); its gradient, times `weight`, is added to d_q.
template <class Real>
double divergence_from_normal(std::span<const Real> q, std::span<Real> d_q, double weight) {
  const std::size_t n = q.size() / 2;
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double mean = q[i], log_variance = q[n + i], excess = std::expm1(log_variance);  // σ² − 1
    sum += 0.5 * (mean * mean + (excess - log_variance));
    d_q[i] += static_cast<Real>(weight * mean);
    d_q[n + i] += static_cast<Real>(weight * 0.5 * excess);
  }
  return sum;
}

}  // namespace hepgan
