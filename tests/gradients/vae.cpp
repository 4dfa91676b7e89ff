// A variational autoencoder's whole loss, through likelihood, reparametrised latent numbers and divergence, against
// central differences in double; ε is held fixed, being drawn by (seed, event).
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/compose.hpp>
#include <hepgan/train/vae_step.hpp>

#include "catch.hpp"

using namespace hepgan;

namespace {

constexpr int batch = 3;
constexpr double beta = 0.7;

template <int K>
struct encoder : sequential<shape{2 + K, 8, 8}, conv2d<4, kernel<4>, stride<2>, pad<1>>, batch_norm, hepgan::tanh,
                            conv2d<6, kernel<3>, bias>, softplus, dense<2 * 5, bias>> {
  static constexpr int condition_planes = K;
};
template <int K>
struct decoder : sequential<shape{5 + K}, dense<shape{4, 4, 4}>, batch_norm, hepgan::tanh,
                            conv2d_transpose<2, kernel<4>, stride<2>, pad<1>, bias>> {
  static constexpr int condition_planes = K;
};

/// Sum of squares of an event's mean, beside its conditions where it has some, as a penalty on events.
struct squared_mean {
  template <class Real>
  double operator()(rows<const Real> events, rows<Real> gradient, rows<const Real> conditions) const {
    double sum = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      double mean = conditions.empty() ? 0 : conditions[i][1];
      for (const Real e : events[i]) mean += e / double(events.width);
      for (Real& d : gradient[i]) d += 2 * mean / double(events.width);
      sum += mean * mean;
    }
    return sum;
  }
};

template <int K = 0, class Likelihood>
void check_against_differences(const Likelihood& likelihood) {
  parameters<encoder<K>, double> e;
  parameters<decoder<K>, double> d;
  const random_stream r(7, purpose::user);
  std::uint64_t drawn = 0;
  const auto disturb = [&](std::span<double> weights) {
    for (double& w : weights) w += 0.3 * r.normal(drawn++);
  };
  e.update(disturb), d.update(disturb);
  std::vector<double> x(batch * decoder<K>::output.size()), c(batch * K);
  for (double& value : x) value = (std::max)(0.0, r.normal(drawn++));  // half of them exactly 0
  for (double& value : c) value = r.normal(drawn++);
  tape<encoder<K>, double> encoded(batch);
  tape<decoder<K>, double> decoded(batch);
  encoded.random(3, 12);
  latent_room<double> room;
  gradients<encoder<K>, double> d_e, unused_e;
  gradients<decoder<K>, double> d_d, unused_d;
  const auto loss = [&](auto& g_e, auto& g_d) {
    const auto seen = vae_step(likelihood, beta, std::span<const double>(x), e, encoded, d, decoded, room, g_e, g_d,
                               squared_mean{}, rows<const double>{c, (std::max)(1, K)});
    return seen.reconstruction + beta * seen.divergence + seen.penalty;
  };
  encoded.poison_gradients(), decoded.poison_gradients();
  CHECK(loss(d_e, d_d) > 0);
  double worst = 0;
  const auto compare = [&](auto& p, const auto& g) {
    for (std::size_t i = 0; i < g.flat().size(); i += 1 + g.flat().size() / 150) {
      constexpr double h = 1e-4;
      const double start = p.flat()[i];
      const auto at = [&](double value) {
        p.update([&](std::span<double> weights) { weights[i] = value; });
        return loss(unused_e, unused_d);
      };
      const double once = at(start + h) - at(start - h), twice = at(start + 2 * h) - at(start - 2 * h);
      const double numeric = (8 * once - twice) / (12 * h);  // of fourth order: batch norm over few events is bent
      at(start);
      worst = (std::max)(worst, std::abs(numeric - g.flat()[i]) / (std::abs(numeric) + std::abs(g.flat()[i]) + 1e-2));
      REQUIRE(std::isfinite(g.flat()[i]));
    }
  };
  compare(e, d_e), compare(d, d_d);
  INFO(worst);
  CHECK(worst <= 1e-7);
}

}  // namespace

TEST_CASE("gradients of a variational autoencoder are those of its loss") {
  SECTION("Gaussian") { check_against_differences(gaussian_likelihood{.sigma = 0.8}); }
  SECTION("Bernoulli") { check_against_differences(bernoulli_likelihood{}); }
  SECTION("under conditions") { check_against_differences<2>(gaussian_likelihood{.sigma = 0.8}); }
  SECTION("censored") { check_against_differences(censored_likelihood{.sigma = 0.6, .cut = 0.2}); }
}
