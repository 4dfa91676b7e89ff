// Backward against central differences, in double.
#include <hepgan/dcgan.hpp>
#include <hepgan/net/gradient_check.hpp>

#include "../laws/agreement.hpp"
#include "../support/catch.hpp"

using namespace hepgan;

// A user's own layers, as the documentation shows them.
struct cell_threshold : pointwise {
  static constexpr const char* name = "cell_threshold";
  template <class T>
  static T value(T e) {
    using maths::select;
    return select(e <= T(0.1), T(0), e);
  }
  template <class T>
  static T slope(T e) {
    using maths::select;
    return select(e > T(0.1), T(1), T(0));
  }
};
struct pixel_scale : linear_map {
  static constexpr const char* name = "pixel_scale";
  static constexpr shape output(shape in) { return in; }
  static constexpr int weights(shape in) { return in.size(); }
  template <class F>
  static constexpr void terms(shape in, F f) {
    for (int i = 0; i < in.size(); ++i) f(i, i, i);
  }
};

struct wrong : pointwise {  // its slope is 2x
  template <class T>
  static T value(T x) {
    return x * x;
  }
  template <class T>
  static T slope(T x) {
    return x;
  }
};

struct everything
    : sequential<shape{3}, dense<shape{4, 4, 4}, bias>, batch_norm, leaky_relu,
                 conv2d_transpose<2, kernel<4>, stride<2>, pad<1>, circular<axis::phi>, bias>, hepgan::tanh,
                 parallel<concat, conv2d<3, kernel<3>, pad<1>>, pixel_scale>, softplus,
                 parallel<sum, chain<>, conv2d<5, kernel<1>>>, shared<1, conv2d<5, kernel<3>, pad<1>, bias>>, sigmoid,
                 shared<1, conv2d<5, kernel<3>, pad<1>, bias>>, cell_threshold, dense<2, bias>> {};

TEST_CASE("every layer's gradient agrees with central differences") {
  CHECK(gradient_check<everything>(4, 100, 2) < 1e-7);
}
TEST_CASE("a user's own layers run in floats as in doubles") {
  const auto found = test::evaluate<everything, float, backend::onednn>(8).y;
  const auto expected = test::evaluate<everything, double, backend::reference>(8).y;
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-3).margin(1e-4));
}
TEST_CASE("layers with kinks, and a mask drawn once, agree away from the kinks") {
  struct net : sequential<shape{2, 6, 6}, conv2d<3, kernel<3>, bias>, relu, conv2d_transpose<2, kernel<3>>, threshold,
                          random_roll<axis::phi>, dropout, random_flip<axis::eta>, dense<6>, batch_norm,
                          leaky_relu_of<1, 10>> {};
  CHECK(gradient_check<net>(3) < 1e-7);
}
TEST_CASE("the DCGAN's gradients agree with central differences") {
  CHECK(gradient_check<dcgan_critic<dcgan_options{.size = 16, .filters = 2}>>(3) < 1e-7);
  CHECK(gradient_check<dcgan_generator<dcgan_options{.size = 16, .filters = 2, .noise = 5}, hepgan::tanh>>(3) < 1e-7);
}
TEST_CASE("a wrong slope is found") {
  struct net : sequential<shape{5}, wrong> {};
  CHECK(gradient_check<net>(2) > 0.1);
}
