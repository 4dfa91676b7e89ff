// The curvature check: what a penalty on a critic's slope carries back to its weights against central differences in
// double, for the library's layers and a user's own.
#pragma once
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/penalty/critic_slopes.hpp>
#include <vector>

namespace hepgan {

/// Largest relative error of d/dw Σ ½‖∇ₓD‖² of a critic, at up to `samples` of its weights: 1e-6 or less is agreement
/// away from kinks. A pointwise layer whose curvature(x) is not its second derivative shows here, and not in
/// gradient_check.
template <network_type N>
double curvature_check(int batch, int samples = 100, std::uint64_t seed = 1) {
  parameters<N, double> p;
  gradients<N, double> g, unused;
  input_gradient<N, double> slope(batch);
  const random_stream r(seed, purpose::user);
  std::uint64_t drawn = detail::disturb(p, r);
  std::vector<double> x(std::size_t(batch) * N::input.size()), c(std::size_t(batch) * projected_of<N>);
  for (double& value : x) value = r.normal(drawn++);
  for (double& value : c) value = r.normal(drawn++);
  const auto penalty = [&](gradients<N, double>& to) {
    return detail::penalise_slopes(slope, p, to, slope.evaluate(p, x, seed, 0, c), [](double length) {
      return detail::slope_term{0.5 * length * length, 1};
    });
  };
  penalty(g);
  return detail::worst_of_weights(p, g, samples, [&] { return penalty(unused); });
}

}  // namespace hepgan
