// A generator's step under a penalty on its events: its gradient by weights, through observables, is differences'.
#include <hepgan/layers/layers.hpp>
#include <hepgan/loss/standard.hpp>
#include <hepgan/net/compose.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <hepgan/penalty/mmd.hpp>
#include <hepgan/penalty/moments.hpp>
#include <hepgan/physics/cell_observables.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/train/steps.hpp>

#include "differences.hpp"

using namespace hepgan;

namespace {

// Without kinks, and all cells are lit.
struct generator : conditional<2, sequential<shape{5}, dense<shape{2, 3, 3}, bias>, hepgan::tanh,
                                             conv2d_transpose<1, kernel<4>, stride<2>, pad<1>, bias>, softplus>> {};
struct critic : conditional<2, sequential<shape{3, 6, 6}, dense<5, bias>, hepgan::tanh, dense<1, bias>>> {};

/// Of all that the generator's step minimises.
template <class Penalty>
double worst(Penalty penalty, bool told) {
  constexpr int batch = 6, pixels = 36, n = 30;
  auto real = test::normal_numbers(n * pixels, 7);
  const auto of_real = test::normal_numbers(2 * n, 8), of_fake = test::normal_numbers(2 * batch, 4);
  for (double& x : real) x = std::log1p(std::exp(x));
  const auto conditions = [&](const std::vector<double>& all) {
    return told ? rows<const double>{all, 2} : rows<const double>{};
  };
  penalty.add({real, pixels}, conditions(of_real));

  parameters<generator, double> g;
  parameters<critic, double> d;
  test::disturb(g, 0.4, 1), test::disturb(d, 1, 2);
  tape<generator, double> made(batch);
  tape<critic, double> on_real(batch), on_fake(batch);
  made.load(test::normal_numbers(batch * 3, 3));
  made.load_conditions(of_fake), on_real.load_conditions(of_fake), on_fake.load_conditions(of_fake);
  const auto step = [&](gradients<generator, double>& to) {
    made.forward(g), on_fake.load(made);
    const auto seen = generator_step(standard_gan{}, d, on_real, on_fake, g, made, to, penalty, conditions(of_fake));
    CHECK(seen.penalty != 0);
    return seen.loss + seen.penalty;
  };
  gradients<generator, double> by_weights, unused;
  step(by_weights);
  return test::difference(by_weights, g, 1e-4, [&] { return step(unused); });
}

}  // namespace

TEST_CASE("a generator's step under penalties on its events has the gradient that differences have") {
  const physics::in_energies o(data::energy_transform("sqrt", 1e4),
                               physics::cell_observables({1, 6, 6}, {2e3, 2e4}, 2));
  using energies = physics::in_energies<physics::cell_observables>;
  for (const bool told : {false, true}) {
    INFO((told ? "with conditions" : "without conditions"));
    CHECK(worst(cramer_penalty<energies, double>(o, 3), told) < 1e-7);
    CHECK(worst(moment_penalty<energies, double>(o, 3, 3), told) < 1e-7);
    CHECK(worst(mmd_penalty<energies, double>(o, 30), told) < 1e-7);
  }
}
