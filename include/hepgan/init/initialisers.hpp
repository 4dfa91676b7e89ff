// Initialisers by name.
#pragma once
#include <cmath>
#include <concepts>
#include <hepgan/core/random.hpp>
#include <hepgan/net/parameters.hpp>

namespace hepgan {

/// A value that draws weight or bias `index` of a map with `fan_in` inputs per output.
template <class I>
concept initialiser_policy = requires(const I draw, const random_stream& r, std::uint64_t index, int fan_in,
                                      bool is_bias) {
  { draw(r, index, fan_in, is_bias) } -> std::convertible_to<double>;
};

/// PyTorch's default for convolutions and dense: U(±1/√fan_in), biases too.
struct pytorch_uniform {
  double operator()(const random_stream& r, std::uint64_t i, int fan_in, bool) const {
    return (2 * r.uniform(i) - 1) / std::sqrt(static_cast<double>(fan_in));
  }
};
/// U(±√(6/fan_in)), biases 0: keeps the size of signals through layers of ReLU (He et al., arXiv:1502.01852).
struct he_uniform {
  double operator()(const random_stream& r, std::uint64_t i, int fan_in, bool is_bias) const {
    return is_bias ? 0 : (2 * r.uniform(i) - 1) * std::sqrt(6.0 / fan_in);
  }
};
/// N(0, σ²), biases 0: DCGAN's with σ = 0.02.
struct normal {
  double sigma = 0.02;
  double operator()(const random_stream& r, std::uint64_t i, int, bool is_bias) const {
    return is_bias ? 0 : sigma * r.normal(i);
  }
};
/// N(0, σ²) drawn again beyond 2σ, biases 0: CosmoGAN's.
struct truncated_normal {
  double sigma = 0.02;
  double operator()(const random_stream& r, std::uint64_t i, int, bool is_bias) const {
    if (is_bias) return 0;
    double z = 0;
    for (std::uint64_t attempt = 0; attempt < 64; ++attempt)
      if (z = r.normal(i + (attempt << 40)); std::abs(z) <= 2) break;
    return sigma * z;
  }
};

/// Draws all weights and biases of a program; batch norm keeps γ = 1, β = 0.
template <class Real, initialiser_policy Initialiser>
void initialise(const program<Real>& p, std::span<Real> w, Initialiser draw, const random_stream& r) {
  for (const op& o : p.ops) {
    if (o.kind != op_kind::linear_map && o.kind != op_kind::bias) continue;
    parallel_for(o.weights.count, [&](std::int64_t i) {
      const std::int64_t at = o.weights.offset + i;
      w[at] = static_cast<Real>(draw(r, at, o.fan_in, o.kind == op_kind::bias));
    });
  }
}

/// Gives weights that were set, not learned, the state that their reparametrisations have at rest, nearly.
template <class Real>
void settle(parameters_base<Real>& p, int times = 15) {
  for (int i = 0; i < times; ++i) {
    p.update([](auto) {});
    p.advance(state_moves::at_step, true), p.advance(state_moves::at_update, true);
  }
}

/// Of a network; `stream` keeps two networks of one seed apart.
template <class Real, class Initialiser>
void initialise(parameters_base<Real>& p, Initialiser draw, std::uint64_t seed, std::uint32_t stream = 0) {
  p.update([&](std::span<Real> weights) {
    initialise(p.network_program(), weights, draw, random_stream(seed, purpose::initialise, stream));
  });
  settle(p);
}

}  // namespace hepgan
