// Norms within an event, and the deviation within groups of events: their definitions, their gradients and their second
// derivatives, in double.
#include <hepgan/dcgan.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>

#include "differences.hpp"

using namespace hepgan;

namespace {

template <class N>
std::vector<double> output_of(const std::vector<double>& x, int batch = 1) {
  parameters<N, double> p;
  tape<N, double> t(batch);
  t.load(x);
  const auto y = t.forward(p);
  return {y.begin(), y.end()};
}

/// Moments of every group that `group_of` numbers: Σx/n and Σx²/n.
template <class F>
void check_moments(const std::vector<double>& y, int groups, F group_of, double mean, double square) {
  std::vector<double> sum(groups), squares(groups), n(groups);
  for (std::size_t i = 0; i < y.size(); ++i)
    sum[group_of(i)] += y[i], squares[group_of(i)] += y[i] * y[i], n[group_of(i)] += 1;
  for (int g = 0; g < groups; ++g) {
    if (std::isfinite(mean)) CHECK(std::abs(sum[g] / n[g] - mean) < 1e-12);
    CHECK(squares[g] / n[g] == Approx(square).epsilon(1e-4));
  }
}

}  // namespace

TEST_CASE("norms within an event give their groups the moments that they promise") {
  const shape s(3, 4, 5);
  const auto x = test::normal_numbers(2 * s.size(), 5);
  const auto event = [&](std::size_t i) { return int(i) / s.size(); };
  const double any = std::nan("");
  struct of_layers : sequential<shape{3, 4, 5}, layer_norm> {};
  struct of_instances : sequential<shape{3, 4, 5}, instance_norm> {};
  struct of_pixels : sequential<shape{3, 4, 5}, pixel_norm> {};
  struct of_length : sequential<shape{3, 4, 5}, l2_normalisation> {};
  check_moments(output_of<of_layers>(x, 2), 2, event, 0, 1);
  check_moments(
      output_of<of_instances>(x, 2), 6, [&](std::size_t i) { return int(i) / s.pixels(); }, 0, 1);
  check_moments(
      output_of<of_pixels>(x, 2), 40, [&](std::size_t i) { return event(i) * s.pixels() + int(i) % s.pixels(); }, any,
      1);
  check_moments(output_of<of_length>(x, 2), 2, event, any, 1.0 / s.size());
  const auto pixels = output_of<of_pixels>(x, 2);
  CHECK(pixels[7] == Approx(x[7] / std::sqrt((x[7] * x[7] + x[27] * x[27] + x[47] * x[47]) / 3 + 1e-8)).epsilon(1e-12));
  for (const double y : output_of<of_length>(std::vector<double>(s.size()))) CHECK(y == 0);
  for (const double y : output_of<of_layers>(std::vector<double>(s.size(), 3))) CHECK(y == 0);
}

TEST_CASE("γ is 1 and β is 0 until they are trained, whatever the initialiser, and both go by channel") {
  struct net : sequential<shape{3, 4, 5}, conv2d<2, kernel<1>>, layer_norm, instance_norm> {};
  static_assert(parameter_count<net> == 6 + 4 + 4);
  parameters<net, double> p;
  initialise(p, pytorch_uniform{}, 3);
  const auto entries = p.entries();
  REQUIRE(entries.size() == 5);
  CHECK(entries[1].name == "1.layer_norm.gamma");
  CHECK(entries[2].name == "1.layer_norm.beta");
  for (int i = 0; i < 4; ++i) CHECK((p.flat()[6 + 2 * i] == (i % 2 == 0) && p.flat()[7 + 2 * i] == (i % 2 == 0)));
  p.update([](auto w) { w[10] = 2, w[13] = 5; });  // γ of channel 0, β of channel 1
  tape<net, double> t(1);
  t.load(test::normal_numbers(60, 5));
  const auto y = t.forward(p);
  check_moments(
      {y.begin(), y.begin() + 20}, 1, [](std::size_t) { return 0; }, 0, 4);
  check_moments(
      {y.begin() + 20, y.end()}, 1, [](std::size_t) { return 0; }, 5, 26);
}

TEST_CASE("the minibatch deviation is its paper's, in groups that share a batch evenly") {
  struct net : sequential<shape{2, 1, 3}, with_minibatch_deviation<4>> {};
  static_assert(net::output == shape{3, 1, 3});
  static_assert(event_groups(8, 4).count == 2 && event_groups(9, 4).size(0) == 3 && event_groups(9, 4).size(2) == 3);
  static_assert(event_groups(5, 4).size(0) == 2 && event_groups(5, 4).size(1) == 3 && event_groups(3, 4).size(0) == 3);
  for (const int batch : {1, 3, 4, 5, 8}) {
    const auto x = test::normal_numbers(6 * batch, 5), y = output_of<net>(x, batch);
    const event_groups groups(batch, 4);
    for (int g = 0; g < groups.count; ++g) {
      double sum = 0;
      for (int i = 0; i < 6; ++i) {
        double mean = 0, square = 0;
        for (int e = groups.first(g); e < groups.first(g + 1); ++e) mean += x[e * 6 + i] / groups.size(g);
        for (int e = groups.first(g); e < groups.first(g + 1); ++e)
          square += (x[e * 6 + i] - mean) * (x[e * 6 + i] - mean) / groups.size(g);
        sum += std::sqrt(square + 1e-8) / 6;
      }
      for (int e = groups.first(g); e < groups.first(g + 1); ++e)
        for (int i = 0; i < 9; ++i) CHECK(y[e * 9 + i] == Approx(i < 6 ? x[e * 6 + i] : sum).epsilon(1e-12));
    }
  }
}

TEST_CASE("gradients through norms and deviations agree with central differences") {
  struct convolutions
      : sequential<shape{2, 6, 6}, conv2d<5, kernel<3>, bias>, layer_norm, hepgan::tanh, conv2d<3, kernel<2>, bias>,
                   instance_norm, leaky_relu, pixel_norm, with_minibatch_deviation<2>, dense<4, bias>> {};
  struct transposed : sequential<shape{5}, pixel_norm, conv2d_transpose<4, kernel<3>, bias>, instance_norm, softplus,
                                 conv2d_transpose<3, kernel<4>, stride<2>, pad<1>, bias>, layer_norm, sigmoid,
                                 with_minibatch_deviation<4>, conv2d<2, kernel<3>>> {};
  struct of_dense : sequential<shape{7}, dense<9, bias>, layer_norm, hepgan::tanh, with_minibatch_deviation<3>,
                               dense<5, bias>, l2_normalisation> {};
  for (const int batch : {1, 4, 5}) {
    CAPTURE(batch);
    CHECK(gradient_check<convolutions>(batch, 100, 2) < 1e-7);  // far from kinks
    CHECK(gradient_check<transposed>(batch, 100, 2) < 1e-7);
    CHECK(gradient_check<of_dense>(batch, 100, 2) < 1e-7);
  }
}

namespace {

template <class N>
double penalty_check(int batch, double spread) {
  return test::penalty_difference<N>(batch, spread, 1e-4, gradient_penalty{}.term(10, batch));
}

template <class Norm, class Deviation = chain<>>
struct of_convolutions : sequential<shape{1, 8, 8}, conv2d<3, kernel<4>, stride<2>, pad<1>, bias>, Norm, hepgan::tanh,
                                    conv2d<4, kernel<3>, bias>, Norm, softplus, Deviation, dense<1, bias>> {};
template <class Norm, class Deviation = chain<>>
struct of_transposed : sequential<shape{4}, conv2d_transpose<3, kernel<3>, bias>, Norm, softplus,
                                  conv2d_transpose<2, kernel<4>, stride<2>, pad<1>>, Norm, hepgan::tanh, Deviation,
                                  conv2d<3, kernel<3>>, leaky_relu, dense<1>> {};
template <class Norm, class Deviation = chain<>>
struct of_dense : sequential<shape{6}, dense<8, bias>, Norm, hepgan::tanh, dense<5, bias>, Norm, softplus, Deviation,
                             dense<1, bias>> {};
using mixing = mixing_allowed<with_minibatch_deviation<2>>;
struct first_and_last : sequential<shape{2, 4, 4}, layer_norm, conv2d<3, kernel<3>, bias>, instance_norm,
                                   parallel<sum, pixel_norm, chain<layer_norm, hepgan::tanh>>, conv2d<6, kernel<2>>,
                                   l2_normalisation, conv2d<1, kernel<1>>> {};

}  // namespace

TEST_CASE("a gradient penalty is exact through norms within an event") {
  for (const int batch : {1, 3}) {
    CHECK(penalty_check<of_convolutions<layer_norm>>(batch, 0.4) < 1e-7);
    CHECK(penalty_check<of_convolutions<instance_norm>>(batch, 0.4) < 1e-7);
    CHECK(penalty_check<of_convolutions<pixel_norm>>(batch, 0.4) < 1e-7);
    CHECK(penalty_check<of_convolutions<l2_normalisation>>(batch, 0.4) < 1e-7);
    CHECK(penalty_check<of_transposed<layer_norm>>(batch, 0.8) < 1e-7);
    CHECK(penalty_check<of_transposed<instance_norm>>(batch, 0.8) < 1e-7);
    CHECK(penalty_check<of_transposed<pixel_norm>>(batch, 0.8) < 1e-7);
    CHECK(penalty_check<of_dense<layer_norm>>(batch, 0.8) < 1e-7);
    CHECK(penalty_check<of_dense<pixel_norm>>(batch, 0.8) < 1e-7);
    CHECK(penalty_check<first_and_last>(batch, 0.8) < 1e-7);
  }
}

TEST_CASE("that a layer may mix events changes nothing but who may use it") {
  CHECK(signature_of<of_dense<layer_norm, mixing>>() ==
        signature_of<of_dense<layer_norm, with_minibatch_deviation<2>>>());
}

TEST_CASE("a gradient penalty is exact through a deviation that may mix the events") {
  for (const int batch : {1, 2, 3, 4}) {
    CHECK(penalty_check<of_convolutions<layer_norm, mixing>>(batch, 0.4) < 1e-7);
    CHECK(penalty_check<of_transposed<instance_norm, mixing>>(batch, 0.8) < 1e-7);
    CHECK(penalty_check<of_dense<chain<>, mixing>>(batch, 0.8) < 1e-7);
  }
}
