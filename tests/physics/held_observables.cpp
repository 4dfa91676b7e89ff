// Penalties on what ships, from pixels to value: in double their gradients are differences, with conditions and
// without.
#include <hepgan/core/random.hpp>
#include <hepgan/penalty/cramer.hpp>
#include <hepgan/penalty/mmd.hpp>
#include <hepgan/penalty/moments.hpp>
#include <hepgan/physics/balance_observable.hpp>
#include <hepgan/physics/cell_observables.hpp>
#include <hepgan/physics/in_energies.hpp>
#include <hepgan/physics/mass_observables.hpp>
#include <hepgan/physics/pair_observables.hpp>
#include <hepgan/physics/region_observables.hpp>
#if HEPGAN_HAS_FASTJET
#include <hepgan/physics/jet_observables.hpp>
#endif

#include "catch.hpp"
#include "distance.hpp"

using namespace hepgan;
using namespace hepgan::physics;

namespace {

constexpr shape image{1, 8, 8};

/// Square roots of energies in GeV, of a fifth of the cells or of those in jets alone, and two conditions of each
/// event.
struct sample {
  std::size_t pixels;
  std::vector<double> x, c;
  sample(int size, int n, double scale, std::uint32_t stream) : pixels(size), x(n * pixels), c(2 * n) {
    const random_stream r(6, purpose::user, stream);
    for (std::size_t i = 0; i < x.size(); ++i)
      if (pixels == 64 ? r.uniform(2 * i) < 0.2 : i / 32 % 32 % 12 < 3 && i % 32 % 12 < 3)
        x[i] = scale * (1 + 9 * r.uniform(2 * i + 1));
    for (std::size_t i = 0; i < c.size(); ++i) c[i] = 3 + 2 * r.normal(i);
  }
  rows<const double> events() const { return {x, pixels}; }
  rows<const double> conditions(bool told) const { return told ? rows<const double>{c, 2} : rows<const double>{}; }
};

template <class Penalty>
void gradient_is_differences(Penalty penalty, int size) {
  const sample real(size, 20, 1, 0);
  for (const bool told : {false, true}) {
    INFO((told ? "with conditions" : "without conditions"));
    auto p = penalty;
    p.add(real.events(), real.conditions(told));
    sample fake(size, 5, 1.3, 1);
    std::vector<double> d(fake.x.size()), unused(d);
    const auto value = [&](std::vector<double>& to) {
      return p(fake.events(), {to, fake.pixels}, fake.conditions(told));
    };
    value(d);
    CHECK(test::difference(d, fake.x, test::in_proportion(1e-5), [&] { return value(unused); }) < 1e-7);
  }
}

/// By each distance.
template <class O>
void held(const O& o) {
  gradient_is_differences(cramer_penalty<O, double>(o, 1.5), o.size);
  gradient_is_differences(moment_penalty<O, double>(o, 1.5), o.size);
  gradient_is_differences(moment_penalty<O, double>(o, 1.5, 4), o.size);
  gradient_is_differences(mmd_penalty<O, double>(o, 1.5), o.size);
}

const data::energy_transform root("sqrt", 1e3);

}  // namespace

TEST_CASE("energies and numbers of cells, held by each distance, have slopes as differences say") {
  held(in_energies(root, cell_observables(image)));
  held(in_energies(root, balance_observable(image)));
  held(in_energies(root, occupancy_observables(image, {500, 3e3})));
  held(in_energies(root, energy_observable(image)));
}
TEST_CASE("regions and profiles, held by each distance, have slopes as differences say") {
  held(in_energies(root, region_observables(image, 4, 2)));
  held(in_energies(root, eta_profile(image)));
  held(in_energies(root, phi_profile(image)));
}
TEST_CASE("pairs of cells and their masses, held by each distance, have slopes as differences say") {
  held(pair_observables(image));
  held(in_energies(root, mass_observables(image, {1, 10})));
}
#if HEPGAN_HAS_FASTJET
TEST_CASE("jets, held by each distance, have slopes as differences say") {
  held(in_energies(root, jet_observables(shape{1, 32, 32}, 3)));
}
#endif

TEST_CASE("a penalty in float is that in double but for rounding") {
  const auto check = [](auto in_double, auto in_float, bool told) {
    const sample real(64, 20, 1, 0), fake(64, 5, 1.3, 1);
    const auto rounded = [](const std::vector<double>& v) { return std::vector<float>(v.begin(), v.end()); };
    const auto x = rounded(fake.x), c = rounded(fake.c), y = rounded(real.x), of_real = rounded(real.c);
    const auto conditions = [&](const std::vector<float>& all) {
      return told ? rows<const float>{all, 2} : rows<const float>{};
    };
    in_double.add(real.events(), real.conditions(told)), in_float.add({y, 64}, conditions(of_real));
    std::vector<double> d(x.size());
    std::vector<float> e(x.size());
    CHECK(in_float({x, 64}, {e, 64}, conditions(c)) ==
          Approx(in_double(fake.events(), {d, 64}, fake.conditions(told))).epsilon(1e-4));
    CHECK(test::distance(e, d) < 1e-4);
  };
  const auto o = in_energies(root, cell_observables(image));
  using cells = in_energies<cell_observables>;
  for (const bool told : {false, true}) {
    check(cramer_penalty<cells, double>(o, 2), cramer_penalty(o, 2), told);
    check(moment_penalty<cells, double>(o, 2), moment_penalty(o, 2), told);
    check(mmd_penalty<cells, double>(o, 2), mmd_penalty(o, 2), told);
  }
}
