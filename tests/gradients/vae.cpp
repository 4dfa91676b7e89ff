// A variational autoencoder's whole loss, through likelihood, reparametrised latent numbers and divergence, against
// central differences in double; ε is held fixed, being drawn by (seed, event).
#include <hepgan/layers/layers.hpp>
#include <hepgan/net/compose.hpp>
#include <hepgan/train/vae_step.hpp>

#include "differences.hpp"

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
  test::disturb(e, 0.3, 7), test::disturb(d, 0.3, 8);
  std::vector<double> x = test::normal_numbers(batch * decoder<K>::output.size(), 9);
  for (double& value : x) value = (std::max)(0.0, value);  // half of them exactly 0
  const std::vector<double> c = test::normal_numbers(batch * K, 10);
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
  const auto value = [&] { return loss(unused_e, unused_d); };
  CHECK(test::difference(d_e, e, 1e-4, value) < 1e-7);
  CHECK(test::difference(d_d, d, 1e-4, value) < 1e-7);
}

}  // namespace

TEST_CASE("gradients of a variational autoencoder are those of its loss") {
  SECTION("Gaussian") { check_against_differences(gaussian_likelihood{.sigma = 0.8}); }
  SECTION("Bernoulli") { check_against_differences(bernoulli_likelihood{}); }
  SECTION("under conditions") { check_against_differences<2>(gaussian_likelihood{.sigma = 0.8}); }
  SECTION("censored") { check_against_differences(censored_likelihood{.sigma = 0.6, .cut = 0.2}); }
}
