// Weights scaled at run time: signals keep their size through layers of any kind, and gradients come back scaled.
#include <hepgan/dcgan.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/penalty/r1.hpp>

#include "differences.hpp"

using namespace hepgan;

namespace {

template <class L, gain Gain = gain::relu>
using equalised = reparametrised<equalised_learning_rate<Gain>, L>;

/// Variance of a layer's output, weights and inputs being standard normal.
template <class N>
double output_variance() {
  parameters<N, double> p;
  initialise(p, normal{1}, 3);
  constexpr int batch = 200;
  tape<N, double> t(batch);
  t.load(test::normal_numbers(batch * N::input.size(), 4));
  const auto y = t.forward(p);
  double square = 0;
  for (const double v : y) square += v * v / double(y.size());
  return square;
}

template <shape In, gain Gain, class... L>
struct net : sequential<In, equalised<chain<L...>, Gain>> {};

}  // namespace

TEST_CASE("an equalised layer keeps the size of its signal, whatever its kind and gain") {
  CHECK(output_variance<net<shape{64}, gain::linear, dense<64>>>() == Approx(1).epsilon(0.05));
  CHECK(output_variance<net<shape{64}, gain::relu, dense<64>>>() == Approx(2).epsilon(0.05));
  CHECK(output_variance<net<shape{8, 9, 9}, gain::linear, conv2d<32, kernel<3>>>>() == Approx(1).epsilon(0.05));
  CHECK(output_variance<net<shape{64}, gain::linear, conv2d_transpose<16, kernel<4>>>>() == Approx(1).epsilon(0.05));
  // a few taps fall beyond the edges: of 7·2 outputs per axis, the pad's 2
  CHECK(output_variance<net<shape{16, 16, 16}, gain::linear, conv2d_transpose<16, kernel<4>, stride<2>, pad<1>>>>() ==
        Approx(1).epsilon(0.1));
}

TEST_CASE("the weights in use are the paper's, and those of a checkpoint are the stored ones") {
  struct critic : sequential<shape{3, 8, 8}, equalised<chain<conv2d<4, kernel<3>, bias>, leaky_relu>>,
                             equalised<dense<1>, gain::linear>> {};
  parameters<critic, double> p;
  initialise(p, normal{1}, 3);
  const auto used = p.in_use().weights;
  for (int i = 0; i < 108; ++i) CHECK(used[i] == Approx(p.flat()[i] * std::sqrt(2.0 / 27)));
  for (int i = 108; i < 112; ++i) CHECK(used[i] == p.flat()[i]);  // biases
  for (int i = 112; i < int(p.flat().size()); ++i) CHECK(used[i] == Approx(p.flat()[i] / std::sqrt(144.0)));
}

TEST_CASE("gradients come back through the equalised learning rate, twice too") {
  struct critic : sequential<shape{1, 8, 8}, equalised<chain<conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, softplus>>,
                             equalised<chain<conv2d_transpose<2, kernel<2>, stride<2>>, layer_norm, hepgan::tanh>>,
                             equalised<dense<1, bias>, gain::linear>> {};
  CHECK(gradient_check<critic>(3) < 1e-7);
  CHECK(test::penalty_difference<critic>(2, 1, 1e-4, r1{}.term(2)) < 1e-7);
}
