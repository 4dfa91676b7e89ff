// A 3×3 convolution beside a factor of two is one 4×4 convolution of stride 2; and resampling makes no reorders.
#include <hepgan/io/summary.hpp>
#include <hepgan/models/dcgan.hpp>
#include <hepgan/net/gradient_check.hpp>
#include <hepgan/net/wide_weights.hpp>

#include "../laws/agreement.hpp"
#include "../support/catch.hpp"

using namespace hepgan;

namespace {

static_assert(!average_pool<2>::output({1, 5, 4}));  // a misfit

struct enlarging : sequential<shape{20, 4, 6}, nearest_up<2>, conv2d<24, kernel<3>, pad<1>>> {};
struct enlarging_at_once : sequential<shape{20, 4, 6}, conv2d_transpose<24, kernel<4>, stride<2>, pad<1>>> {};
struct reducing : sequential<shape{20, 8, 6}, conv2d<24, kernel<3>, pad<1>>, average_pool<2>> {};
struct reducing_at_once : sequential<shape{20, 8, 6}, conv2d<24, kernel<4>, stride<2>, pad<1>>> {};
static_assert(enlarging::output == enlarging_at_once::output && reducing::output == reducing_at_once::output);

/// The fused operation of a network in production.
template <class N>
op fused_op() {
  for (const op& o : program_of<N, float, use::training>().ops)
    if (o.with != resampling::none) return o;
  throw error("found no fused operation, expected one");
}

template <class Two, class One>
void check_fusion() {
  constexpr int batch = 2;
  parameters<Two, double> two;
  parameters<One, double> one;
  initialise(two, normal{1}, 3);
  const op fused = fused_op<Two>();
  one.update([&](auto weights) { widen(fused, two.flat().data(), weights.data()); });
  const random_stream r(4, purpose::user);
  std::vector<double> x(batch * Two::input.size()), v(batch * Two::output.size()), back(x.size()), expected(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = r.normal(i);
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = r.normal(1000 + i);
  tape<Two, double> a(batch);
  tape<One, double> b(batch);
  a.load(x), b.load(x);
  const auto y = b.forward(one), want = a.forward(two);
  CHECK(test::distance(y, want) < 1e-13);
  gradients<Two, double> of_two, of_sums;
  gradients<One, double> of_one;
  a.load_output_gradient(v), b.load_output_gradient(v);
  a.backward(two, &of_two, true), b.backward(one, &of_one, true);
  a.store_input_gradient(expected), b.store_input_gradient(back);
  CHECK(test::distance(back, expected) < 1e-13);
  add_narrowed(fused, of_one.flat().data(), of_sums.flat().data());
  CHECK(test::distance(of_sums.flat(), of_two.flat()) < 1e-13);
}

template <class N>
void agrees(int batch) {
  const auto found = test::evaluate<N, float, backend::onednn>(batch);
  const auto expected = test::evaluate<N, double, backend::reference>(batch);
  CHECK(test::distance(found.y, expected.y) < 2e-5);
  CHECK(test::distance(found.dx, expected.dx) < 2e-5);
  CHECK(test::distance(found.gw, expected.gw) < 2e-5);
}

template <class N>
constexpr int reorders = net_of<N, default_backend<float>>::walked.reorders;

}  // namespace

TEST_CASE("a 3×3 convolution after nearest_up, or before average_pool, is one 4×4 of stride 2") {
  check_fusion<enlarging, enlarging_at_once>();
  check_fusion<reducing, reducing_at_once>();
}

TEST_CASE("factors of two run inside the convolutions beside them, whatever scopes are around, and agree") {
  struct plain : sequential<shape{16, 4, 4}, nearest_up<2>, conv2d<32, kernel<3>, pad<1>, bias>, leaky_relu,
                            conv2d<16, kernel<3>, pad<1>, bias>, average_pool<2>, leaky_relu> {};
  struct scaled : reparametrised<equalised_learning_rate<>, plain> {};
  struct images : sequential<shape{1, 8, 8}, nearest_up<2>, conv2d<16, kernel<3>, pad<1>>, leaky_relu,
                             conv2d<1, kernel<3>, pad<1>, bias>, average_pool<2>> {};
  const auto fused_of = []<class N>(N) {
    const auto p = program_of<N, float, use::training>();
    return std::ranges::count_if(p.ops, [](const op& o) { return o.with != resampling::none; });
  };
  CHECK((fused_of(plain{}) == 2 && fused_of(scaled{}) == 2 && fused_of(spectral_normed<plain>{}) == 2 &&
         fused_of(images{}) == 2));
  for (const int batch : {1, 8})
    agrees<plain>(batch), agrees<scaled>(batch), agrees<spectral_normed<plain>>(batch), agrees<images>(batch);
  CHECK(gradient_check<scaled>(3) < 1e-7);
  CHECK(summary<plain>().find("conv2d after nearest_up") != std::string::npos);
  CHECK(summary<plain>().find("conv2d + average_pool") != std::string::npos);
}

TEST_CASE("what is not a factor of two beside a convolution 3×3 stays as it is") {
  struct others : sequential<shape{16, 6, 6}, nearest_up<2, 1>, conv2d<16, kernel<3>, pad<1>>, nearest_up<2>,
                             conv2d<16, kernel<1>>, conv2d<16, kernel<3>, pad<1>>, leaky_relu, average_pool<2>,
                             with_backend<backend::onednn, conv2d<16, kernel<3>, pad<1>>>, average_pool<2>> {};
  struct branched : sequential<shape{16, 4, 4}, nearest_up<2>,
                               parallel<sum, conv2d<16, kernel<3>, pad<1>>, chain<conv2d<16, kernel<3>, pad<1>>, relu>>,
                               parallel<sum, average_pool<2>, chain<leaky_relu, average_pool<2>>>> {};
  for (const op& o : program_of<others, float, use::training>().ops) CHECK(o.with == resampling::none);
  for (const op& o : program_of<branched, float, use::training>().ops) CHECK(o.with == resampling::none);
  agrees<others>(8), agrees<branched>(8);
}

TEST_CASE("resampling agrees with the reference, and reorders nothing") {
  struct images : sequential<shape{1, 8, 6}, average_pool<2>, nearest_up<4, 1>, average_pool<1, 3>> {};
  struct blocks : sequential<shape{20, 8, 6}, nearest_up<1, 2>, conv2d<16, kernel<3>, pad<1>>, average_pool<2, 3>,
                             leaky_relu, nearest_up<3>, conv2d<1, kernel<3>, pad<1>>, average_pool<4>> {};
  static_assert(blocks::output == shape{1, 3, 3});
  for (const int batch : {1, 8}) agrees<images>(batch), agrees<blocks>(batch), agrees<enlarging>(batch);
  static_assert(reorders<images> == 0 && reorders<blocks> == 0);
  struct normed : sequential<shape{16, 4, 4}, nearest_up<2>, conv2d<32, kernel<3>, pad<1>>, pixel_norm, leaky_relu,
                             layer_norm, average_pool<2>, instance_norm, dense<shape{16}>, l2_normalisation, dense<1>> {
  };
  static_assert(reorders<normed> == 0);
  CHECK(gradient_check<blocks>(2) < 1e-7);
  CHECK(gradient_check<images>(2) < 1e-7);
}
