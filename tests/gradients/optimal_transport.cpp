// Losses of optimal transport in double: values by naive formulas, gradients against central differences of these, with
// the plans held where they were found.
#include <hepgan/dcgan.hpp>
#include <hepgan/net/crelu.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/penalty/r1.hpp>

#include "differences.hpp"
#include "held_plans.hpp"

using namespace hepgan;

namespace {

constexpr std::size_t width = 4;
using numbers = std::vector<double>;

numbers embeddings(int n, double mean, std::uint64_t seed) {
  numbers x = test::normal_numbers(std::size_t(n) * width, seed);
  for (double& e : x) e += mean;
  return x;
}

/// Real and generated events need not be as many.
template <class Loss>
struct evaluated {
  numbers real, fake, d_real, d_fake, d_generator;
  double critic = 0, generator = 0;

  evaluated(const Loss& loss, int n, int m)
      : real(embeddings(n, 0.3, 3)),
        fake(embeddings(m, -0.2, 4)),
        d_real(real.size()),
        d_fake(fake.size()),
        d_generator(fake.size()) {
    evaluate(loss);
  }
  rows<const double> real_rows() const { return {real, width}; }
  rows<const double> fake_rows() const { return {fake, width}; }
  void evaluate(const Loss& loss) {
    critic = loss.critic(real_rows(), fake_rows(), rows<double>{d_real, width}, rows<double>{d_fake, width});
    generator = loss.generator(real_rows(), fake_rows(), rows<double>{d_generator, width});
  }
};

template <class Cost>
void check_energy_distance(double lambda) {
  const optimal_transport_of<Cost> loss{{}, {lambda, 1e-11, 1000000}};
  evaluated e(loss, 12, 8);
  const auto held = test::hold(loss, e.real_rows(), e.fake_rows());
  const auto distance = [&] { return held.generator(e.real_rows(), e.fake_rows()); };
  CAPTURE(lambda);
  CHECK(e.generator == Approx(distance()).epsilon(1e-8));
  CHECK(e.critic == -e.generator);
  const auto minus = [&] { return -distance(); };
  CHECK(test::difference(e.d_real, e.real, 1e-4, minus) < 1e-7);
  CHECK(test::difference(e.d_fake, e.fake, 1e-4, minus) < 1e-7);
  CHECK(test::difference(e.d_generator, e.fake, 1e-4, distance) < 1e-7);
}

/// No plan is held here: it is found anew for each difference.
template <class Cost>
void check_divergence(double lambda) {
  const sinkhorn_divergence_of<Cost> loss{{}, {lambda, 1e-12, 1000000}};
  evaluated e(loss, 7, 5);
  evaluated moved = e;
  const auto critic = [&] { return moved.evaluate(loss), moved.critic; };
  const auto generator = [&] { return moved.evaluate(loss), moved.generator; };
  CAPTURE(lambda);
  CHECK(test::difference(e.d_real, moved.real, 1e-5, critic) < 1e-7);
  CHECK(test::difference(e.d_fake, moved.fake, 1e-5, critic) < 1e-7);
  CHECK(test::difference(e.d_generator, moved.fake, 1e-5, generator) < 1e-7);
}

}  // namespace

TEST_CASE("the energy distance's gradients agree with central differences, the plans held") {
  for (const double lambda : {3.0, 50.0, 500.0})
    check_energy_distance<cosine_cost>(lambda), check_energy_distance<euclidean_cost>(lambda);
}

TEST_CASE("the Sinkhorn divergence's gradients agree with central differences, its plans left to move") {
  for (const double lambda : {1.0, 10.0, 50.0})
    check_divergence<cosine_cost>(lambda), check_divergence<euclidean_cost>(lambda);
}

TEST_CASE("a critic's gradient through CReLU agrees with central differences, of first and of second order") {
  struct embedder : sequential<shape{1, 8, 8}, conv2d<8, kernel<4>, stride<2>, pad<1>, bias>, crelu,
                               conv2d<3, kernel<3>, bias>, crelu, dense<5>> {};
  static_assert(parameter_count<embedder> == 8 * 17 + 3 * (9 * 16 + 1) + 5 * 6 * 4);
  CHECK(gradient_check<embedder>(4) < 1e-7);

  struct scorer : sequential<shape{1, 8, 8}, conv2d<8, kernel<4>, stride<2>, pad<1>>, crelu, dense<1>> {};
  CHECK(test::penalty_difference<scorer>(3, 0.4, 1e-6, r1{}.term(3)) < 1e-7);
}
