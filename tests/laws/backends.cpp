// Production kernels against the reference in double, layer by layer and as whole networks, odd shapes included.
#include <hepgan/init/initialisers.hpp>
#include <hepgan/layers/spectral_norm.hpp>
#include <hepgan/models/cosmogan.hpp>
#include <hepgan/models/dcgan.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <thread>

#include "../support/catch.hpp"
#include "agreement.hpp"

using namespace hepgan;

namespace {

template <class N>
void agrees(int batch, double tolerance = 2e-5) {
  const auto found = test::evaluate<N, float, backend::onednn>(batch);
  const auto expected = test::evaluate<N, double, backend::reference>(batch);
  CHECK(test::distance(found.y, expected.y) < tolerance);
  CHECK(test::distance(found.dx, expected.dx) < tolerance);
  CHECK(test::distance(found.gw, expected.gw) < tolerance);
}

template <shape In, class... L>
struct net : sequential<In, L...> {};

}  // namespace

TEST_CASE("convolutions agree with the reference") {
  agrees<net<shape{32, 8, 8}, conv2d<64, kernel<4>, stride<2>, pad<1>>>>(3);
  agrees<net<shape{8, 8, 8}, conv2d<16, kernel<4>, stride<2>, pad<1>>>>(2);
  agrees<net<shape{3, 9, 7}, conv2d<5, kernel<3>, stride<1>, pad<1>>>>(7);
  agrees<net<shape{5, 11, 8}, conv2d<12, kernel<5, 3>, stride<3, 2>, pad<2, 1>, bias>>>(2);
}

TEST_CASE("transposed convolutions agree with the reference") {
  agrees<net<shape{64, 4, 4}, conv2d_transpose<32, kernel<4>, stride<2>, pad<1>>>>(3);
  agrees<net<shape{5, 5, 4}, conv2d_transpose<3, kernel<5>, stride<2>, pad<2>, output_pad<1>, bias>>>(2);
  agrees<net<shape{7, 5, 4}, conv2d_transpose<3, kernel<3>, stride<3>, pad<0>>>>(2);
}

TEST_CASE("convolutions of many events agree with the reference") {
  for (const int batch : {3, 4, 13}) {  // from 4 on in the transform domain
    agrees<net<shape{16, 16, 8}, conv2d<32, kernel<4>, stride<2>, pad<1>>>>(batch);
    agrees<net<shape{32, 8, 4}, conv2d_transpose<16, kernel<4>, stride<2>, pad<1>, bias>>>(batch);
    agrees<net<shape{16, 8, 16}, conv2d<32, kernel<5>, stride<2>, pad<2>>>>(batch);
    agrees<net<shape{16, 17, 9}, conv2d<16, kernel<5>, stride<2>, pad<1>>>>(batch);
    agrees<net<shape{32, 4, 8}, conv2d_transpose<16, kernel<5>, stride<2>, pad<2>, output_pad<1>>>>(batch);
    agrees<net<shape{16, 8, 8}, conv2d<16, kernel<4>, stride<2>, pad<1>, circular<axis::phi>>, batch_norm, relu,
               conv2d_transpose<16, kernel<4>, stride<2>, pad<1>, circular<axis::phi>>>>(batch);
    agrees<net<shape{16, 16, 8}, conv2d<24, kernel<4>, stride<2>, pad<1>>, conv2d<8, kernel<3>>>>(batch);
  }
}

TEST_CASE("a layer's backend can be insisted on: direct convolution is oneDNN's") {
  using fast = net<shape{16, 8, 8}, with_backend<backend::native, conv2d<32, kernel<4>, stride<2>, pad<1>>>>;
  using direct = net<shape{16, 8, 8}, with_backend<backend::onednn, conv2d<32, kernel<4>, stride<2>, pad<1>>>>;
  using usual = net<shape{16, 8, 8}, conv2d<32, kernel<4>, stride<2>, pad<1>>>;
  for (const int batch : {1, 64}) {
    CHECK(tape<fast>(batch).implementations()[0] == "toom_cook");
    CHECK(tape<direct>(batch).implementations()[0].find("jit") == 0);
  }
  CHECK(tape<usual>(1).implementations()[0] == "direct_convolution");
  // one event of several tiles and few weights is worth transforming
  using smaller = net<shape{32, 16, 16}, conv2d<64, kernel<4>, stride<2>, pad<1>>>;
  using larger = net<shape{256, 16, 16}, conv2d<512, kernel<4>, stride<2>, pad<1>>>;
  using fewer = net<shape{128, 16, 16}, conv2d<256, kernel<4>, stride<2>, pad<1>>>;  // too many for tiles of 4×4
  using even = net<shape{32, 12, 12}, conv2d<64, kernel<4>, stride<2>, pad<1>>>;
  CHECK(tape<smaller>(1).implementations()[0] == "toom_cook");
  CHECK(tape<fewer>(1).implementations()[0] == "toom_cook_f2");
  CHECK(tape<fewer>(4).implementations()[0] == "toom_cook");
  for (const int batch : {1, 4}) CHECK(tape<even>(batch).implementations()[0] == "toom_cook_f2");
  CHECK(tape<larger>(1).implementations()[0] == "direct_convolution");
  CHECK(tape<larger>(4).implementations()[0] == "toom_cook");
  // channels need not fill their blocks, and padding need not be zero
  using part = net<shape{17, 4, 4}, sigmoid, conv2d<30, kernel<3>, pad<1>>>;
  using smallest = net<shape{32, 4, 4}, conv2d<70, kernel<4>, stride<2>, pad<1>>>;
  CHECK(tape<part>(1).implementations()[1] == "direct_convolution");
  CHECK(tape<part>(4).implementations()[1] == "toom_cook");
  CHECK(tape<smallest>(1).implementations()[0] == "direct_convolution");
  CHECK(tape<smallest>(4).implementations()[0] == "toom_cook_f2");
  for (const int batch : {1, 5}) agrees<part>(batch), agrees<smallest>(batch);
  agrees<smaller>(1), agrees<fewer>(1), agrees<even>(7), agrees<fast>(1), agrees<fast>(9), agrees<direct>(9, 3e-6);
}

TEST_CASE("a precise network's convolutions sum directly, on whatever backend") {
  using layer = conv2d<64, kernel<5>, stride<2>, pad<2>>;
  using usual = net<shape{32, 16, 16}, layer>;
  using ours = net<shape{32, 16, 16}, precise<with_backend<backend::native, layer>>>;
  struct all : precise<usual> {};
  const auto runs = [](const auto& tape) { return tape.implementations()[0]; };
  CHECK(runs(tape<usual>(16)) == "toom_cook");
  CHECK(runs(tape<all>(16)).find("jit") == 0);
  CHECK(runs(tape<ours>(16)) == "direct_convolution");
  agrees<all>(16, 2e-6), agrees<ours>(16, 2e-6);
  agrees<net<shape{32, 16, 16}, precise<conv2d<32, kernel<3>, pad<1>>>, average_pool<2>>>(9, 3e-6);  // fused
}

TEST_CASE("a network in bf16 multiplies so where native kernels run, and all else of it is as it was") {
  using layer = conv2d<64, kernel<4>, stride<2>, pad<1>>;
  using usual = net<shape{32, 16, 16}, layer, batch_norm, leaky_relu, conv2d<1, kernel<4>, stride<2>, pad<1>>>;
  struct rough : in_precision<precision::bf16, usual> {};
  using within = net<shape{32, 16, 16}, in_precision<precision::bf16, layer>, batch_norm, leaky_relu,
                     conv2d<1, kernel<4>, stride<2>, pad<1>>>;
  using plainly = net<shape{32, 16, 16}, in_precision<precision::fp32, rough>>;
  STATIC_REQUIRE(parameter_count<rough> == parameter_count<usual>);
  const auto runs = [](const auto& tape) { return tape.implementations(); };
  CHECK(runs(tape<rough>(16)) == std::vector<std::string>{"toom_cook_bf16", "", "one_channel"});
  for (const int batch : {1, 16}) {
    const auto exact = test::evaluate<usual, float, backend::onednn>(batch);
    const auto found = test::evaluate<rough, float, backend::onednn>(batch);
    CHECK(test::distance(found.y, exact.y) < 3e-2);
    CHECK(test::distance(found.gw, exact.gw) < 1e-1);
    CHECK(found.y != exact.y);
    CHECK(test::evaluate<within, float, backend::onednn>(batch).y == found.y);
    CHECK(test::evaluate<plainly, float, backend::onednn>(batch).y == found.y);  // the inner scope wins
  }
  agrees<net<shape{32, 16, 16}, in_precision<precision::fp32, layer>>>(16);
  using larger = net<shape{256, 16, 16}, in_precision<precision::bf16, conv2d<512, kernel<4>, stride<2>, pad<1>>>>;
  CHECK(runs(tape<larger>(1))[0] == "direct_convolution_bf16");
  for (const int batch : {1, 3}) agrees<larger>(batch, 1e-2);
}

TEST_CASE("native convolutions of any window agree with the reference") {
  const auto check = []<class N>(N) {
    CHECK(tape<N>(3).implementations()[0] == "direct_convolution");
    for (const int batch : {1, 9}) agrees<N>(batch);
  };
  constexpr auto native = backend::native;
  check(net<shape{32, 10, 10}, with_backend<native, conv2d<64, kernel<5>, stride<2>, pad<2>>>>{});
  check(net<shape{6, 9, 7}, with_backend<native, conv2d<5, kernel<3>, pad<1>, bias>>, batch_norm, relu>{});
  check(net<shape{5, 11, 8}, with_backend<native, conv2d<12, kernel<5, 3>, stride<3, 2>, pad<2, 1>>>>{});
  check(net<shape{5, 5, 4},
            with_backend<native, conv2d_transpose<6, kernel<5>, stride<2>, pad<2>, output_pad<1>, bias>>>{});
  check(net<shape{7, 5, 4}, with_backend<native, conv2d_transpose<20, kernel<3>, stride<3>, pad<0>>>>{});
}

TEST_CASE("one-channel layers agree with the reference in every direction") {
  agrees<net<shape{1, 64, 64}, conv2d<32, kernel<4>, stride<2>, pad<1>>>>(3);
  agrees<net<shape{32, 32, 32}, conv2d_transpose<1, kernel<4>, stride<2>, pad<1>>>>(3);
  agrees<net<shape{1, 9, 10}, conv2d<5, kernel<3>, stride<2>, pad<1>>>>(2);
  agrees<net<shape{6, 9, 10}, conv2d<1, kernel<3>, stride<1>, pad<1>>>>(2);
  agrees<net<shape{1, 6, 7}, conv2d_transpose<4, kernel<4>, stride<2>, pad<1>>>>(2);
  agrees<net<shape{1, 6, 7}, conv2d<1, kernel<3>, stride<1>, pad<1>>>>(2);
  agrees<net<shape{1, 16, 16}, conv2d<16, kernel<9>, stride<1>, pad<4>>>>(2);  // beyond the native windows
  agrees<net<shape{16, 12, 12}, conv2d<1, kernel<9>, stride<1>, pad<4>>>>(2);
}

TEST_CASE("circular layers agree with the reference on either axis and both") {
  agrees<net<shape{4, 6, 8}, conv2d<6, kernel<3>, pad<1>, circular<axis::phi>>>>(2);
  agrees<net<shape{4, 8, 8}, conv2d<6, kernel<5>, pad<2>, circular<axis::phi>, bias>>>(2);
  agrees<net<shape{4, 8, 8}, conv2d<6, kernel<3>, pad<1>, circular<axis::eta, axis::phi>>>>(2);
  agrees<net<shape{4, 4, 4}, conv2d_transpose<6, kernel<4>, stride<2>, pad<1>, circular<axis::eta, axis::phi>, bias>>>(
      2);
}

TEST_CASE("dense layers and other matrix products agree with the reference") {
  agrees<net<shape{17}, dense<shape{6, 4, 4}, bias>>>(5);
  agrees<net<shape{6, 4, 4}, dense<10>>>(5);
  agrees<net<shape{6, 4, 4}, conv2d<1, kernel<4>>>>(5);
  agrees<net<shape{16}, conv2d_transpose<24, kernel<4>>>>(5);
}

TEST_CASE("normalisation and pointwise layers agree with the reference") {
  agrees<net<shape{24, 5, 3}, batch_norm>>(7);
  agrees<net<shape{24, 5, 3}, batch_norm, leaky_relu>>(7);
  agrees<net<shape{3, 5, 3}, batch_norm, relu>>(4);
  agrees<net<shape{20, 3, 3}, sigmoid, hepgan::tanh, softplus>>(3);
  agrees<net<shape{1, 8, 8}, sigmoid, threshold>>(3);
}

TEST_CASE("norms within an event and deviations agree with the reference") {
  for (const int batch : {1, 7}) {
    agrees<net<shape{24, 5, 3}, layer_norm, leaky_relu>>(batch);
    agrees<net<shape{20, 5, 3}, instance_norm, frozen<layer_norm>>>(batch);
    agrees<net<shape{3, 5, 3}, pixel_norm, conv2d<20, kernel<3>>, l2_normalisation>>(batch);
    agrees<net<shape{18, 4, 4}, with_minibatch_deviation<>, conv2d<5, kernel<3>>>>(batch);
    agrees<net<shape{40}, layer_norm, with_minibatch_deviation<3>, dense<3>>>(batch);
  }
}

TEST_CASE("at inference norms within an event run in place, and make the same numbers") {
  using network = net<shape{3, 6, 6}, conv2d<20, kernel<3>>, layer_norm, leaky_relu, pixel_norm, conv2d<8, kernel<1>>,
                      instance_norm, with_minibatch_deviation<2>, dense<8>, l2_normalisation>;
  parameters<network> p;
  initialise(p, normal{0.3}, 1);
  tape<network> kept(5);
  tape<network, float, use::inference> in_place(5);
  std::vector<float> x(5 * network::input.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i % 17) / 17 - 0.4f;
  kept.load(x), in_place.load(x);
  CHECK(std::ranges::equal(kept.forward(p), in_place.forward(p)));
  CHECK(net_of<network, default_backend<float>>::plan_for<use::inference>.size <
        net_of<network, default_backend<float>>::plan_for<use::training>.size / 2);
}

TEST_CASE("compositions agree with the reference") {
  agrees<net<shape{3, 8, 8}, parallel<concat, conv2d<5, kernel<3>, pad<1>>, chain<conv2d<4, kernel<3>, pad<1>>, relu>>,
             parallel<sum, chain<>, conv2d<9, kernel<1>>>, conv2d<2, kernel<3>>>>(3);
  agrees<net<shape{4, 6, 6}, shared<1, conv2d<4, kernel<3>, pad<1>, bias>>, leaky_relu,
             shared<1, conv2d<4, kernel<3>, pad<1>, bias>>>>(3);
  agrees<net<shape{16, 6, 8}, conv2d<16, kernel<4>, stride<2>, pad<1>, circular<axis::phi>>, relu,
             conv2d_transpose<8, kernel<4>, stride<2>, pad<1>, circular<axis::phi>>>>(3);
}

TEST_CASE("the shipped networks agree with the reference") {
  agrees<dcgan_generator<dcgan_options{.size = 16, .filters = 8, .noise = 16}>>(4, 2e-4);
  agrees<dcgan_critic<dcgan_options{.size = 16, .filters = 8}>>(4, 2e-4);
  agrees<dcgan_generator<dcgan_options{.size = 16, .filters = 16, .noise = 16}>>(9, 2e-4);
  agrees<dcgan_critic<dcgan_options{.size = 16, .filters = 16}>>(9, 2e-4);
}

TEST_CASE("a second evaluation of one tape gives the same numbers") {
  using critic = dcgan_critic<dcgan_options{.size = 16, .filters = 8}>;
  for (const int batch : {4, 9}) {
    const auto once = test::evaluate<critic, float, backend::onednn>(batch, 1);
    const auto twice = test::evaluate<critic, float, backend::onednn>(batch, 2);
    CHECK(once.y == twice.y);
    CHECK(once.dx == twice.dx);
    CHECK(once.gw == twice.gw);
  }
}

TEST_CASE("a tape keeps its input for another forward pass") {
  // Whatever the first layer is: the generator's step evaluates the critic again after its backward pass.
  const auto keeps = []<class N>(N) {
    parameters<N> p;
    tape<N> t(3);
    std::vector<float> x(3 * N::input.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i % 17) / 17 - 0.4f;
    t.load(x);
    const auto first = t.forward(p);
    const std::vector<float> before(first.begin(), first.end());
    std::ranges::fill(t.output_gradient(), 1.f);
    t.backward(p, nullptr, true);
    CHECK(std::ranges::equal(t.forward(p), before));
  };
  keeps(net<shape{1, 8, 8}, sigmoid, conv2d<8, kernel<4>, stride<2>, pad<1>>, leaky_relu>{});
  keeps(net<shape{16, 4, 4}, layer_norm, leaky_relu, pixel_norm, relu>{});
  keeps(net<shape{16, 4, 4}, leaky_relu, batch_norm, conv2d<16, kernel<3>, pad<1>>>{});
  keeps(net<shape{16, 4, 4}, with_backend<backend::reference, conv2d<16, kernel<3>, pad<1>>>, relu>{});
}

TEST_CASE("a network reads what another one made, whatever their layouts") {
  struct maker : net<shape{8}, conv2d_transpose<16, kernel<4>>, conv2d<16, kernel<3>, pad<1>>> {};
  struct reader : net<shape{16, 4, 4}, with_backend<backend::reference, conv2d<8, kernel<3>, pad<1>>>> {};
  parameters<maker> p;
  parameters<reader> q;
  initialise(p, normal{0.3}, 1), initialise(q, normal{0.3}, 2);
  tape<maker> made(2);
  tape<reader> read(2), plainly(2);
  std::vector<float> z(16, 0.5f), image(2 * 256), a(2 * 128), b(a);
  z[3] = -1;
  made.load(z);
  made.forward(p);
  made.store(image);
  read.load(made), plainly.load(image);
  read.forward(q), read.store(a), plainly.forward(q), plainly.store(b);
  CHECK(a == b);
}

TEST_CASE("an output is in plain order, whatever the kernels' layout: losses and penalties read it") {
  const auto check = []<class N>(N) {
    parameters<N> p;
    parameters<N, double> exact;
    initialise(p, normal{0.3}, 1);
    exact.update([&](auto to) { std::ranges::copy(p.flat(), to.begin()); });
    tape<N> t(4);
    tape<N, double> oracle(4);
    std::vector<float> x(4 * N::input.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i % 17) / 17 - 0.4f;
    t.load(x), oracle.load(std::vector<double>(x.begin(), x.end()));
    const auto y = t.forward(p);
    const auto expected = oracle.forward(exact);
    REQUIRE(y.size() == std::size_t(4) * N::output.size());
    for (std::size_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == Approx(expected[i]).margin(1e-5));
    for (std::size_t i = 0; i < y.size(); ++i)
      t.output_gradient()[i] = float(i % 5) - 2, oracle.output_gradient()[i] = double(i % 5) - 2;
    t.backward(p, nullptr, true), oracle.backward(exact, nullptr, true);
    std::vector<float> dx(x.size());
    std::vector<double> expected_dx(x.size());
    t.store_input_gradient(dx), oracle.store_input_gradient(expected_dx);
    for (std::size_t i = 0; i < dx.size(); ++i) REQUIRE(dx[i] == Approx(expected_dx[i]).margin(1e-4));
  };
  check(net<shape{1, 16, 16}, conv2d<8, kernel<4>, stride<4>>, leaky_relu, dense<3>>{});  // an embedding
  check(net<shape{8}, conv2d_transpose<16, kernel<4>>, conv2d<3, kernel<3>, pad<1>>>{});  // an image of three channels
}

namespace {

/// Forward, as sampling promises, and the way back to the input.
template <class N>
void same_on_any_number_of_threads() {
  std::vector<double> y, dx;
  for (const int batch : {1, 5, 64})  // few events have kernels of their own
    for (int threads = 1; threads <= 8; ++threads) {
      INFO(batch << " events, " << threads << " threads");
      set_threads(threads);
      const auto found = test::evaluate<N, float, backend::onednn>(batch);
      if (threads == 1) y.assign(found.y.begin(), found.y.end()), dx.assign(found.dx.begin(), found.dx.end());
      CHECK(std::ranges::equal(found.y, y));
      CHECK(std::ranges::equal(found.dx, dx));
    }
  set_threads(0);
}

}  // namespace

TEST_CASE("no layer's result depends on the number of threads, bit for bit") {
  same_on_any_number_of_threads<net<shape{16}, conv2d_transpose<64, kernel<4>>>>();  // a matrix product
  same_on_any_number_of_threads<net<shape{64}, dense<shape{40, 4, 4}>, batch_norm, relu>>();
  same_on_any_number_of_threads<net<shape{32, 8, 8}, conv2d_transpose<16, kernel<4>, stride<2>, pad<1>>, leaky_relu>>();
  same_on_any_number_of_threads<
      net<shape{20, 9, 6}, with_backend<backend::native, conv2d<12, kernel<3>, stride<2>, pad<1>>>>>();
  same_on_any_number_of_threads<
      net<shape{1, 16, 16}, conv2d<16, kernel<4>, stride<2>, pad<1>>, conv2d<1, kernel<4>, stride<2>, pad<1>>>>();
  same_on_any_number_of_threads<
      net<shape{20, 6, 6}, layer_norm, instance_norm, pixel_norm, l2_normalisation, with_minibatch_deviation<>>>();
}

TEST_CASE("a tape computes the same when threads have become more or fewer, and in a parallel region of the user's") {
  using network =
      net<shape{16, 16, 16}, with_backend<backend::native, conv2d<32, kernel<4>, stride<2>, pad<1>>>, batch_norm, relu,
          with_backend<backend::native, conv2d_transpose<16, kernel<4>, stride<2>, pad<1>>>>;
  parameters<network> p;
  initialise(p, normal{0.2}, 7);
  set_threads(2);
  tape<network> t(40);
  gradients<network> g;
  std::vector<float> first;
  const auto run = [&](const char* where) {
    INFO(where);
    g.zero();
    std::ranges::fill(t.input(), 0.f);
    for (std::size_t i = 0; i < t.input().size(); i += 7) t.input()[i] = float(i % 11) - 5;
    const auto y = t.forward(p);
    std::vector<float> found(y.begin(), y.end());
    std::ranges::fill(t.output_gradient(), 1.f);
    t.backward(p, &g, true);
    found.insert(found.end(), t.input_gradient().begin(), t.input_gradient().end());
    found.insert(found.end(), g.flat().begin(), g.flat().end());
    if (first.empty()) first = found;
    CHECK(found == first);
  };
  run("as made");
  for (const int threads : {1, 3, 4}) {
    set_threads(threads);
    run("with other threads");
  }
  set_threads(2);
#pragma omp parallel
#pragma omp single
  run("in a region");
  set_threads(0);
}

TEST_CASE("oneDNN's share of a tape is refused inside a parallel region, where it would do one thread's part") {
  using network = net<shape{16, 6, 6}, conv2d<16, kernel<3>, pad<1>>>;
  parameters<network> p;
  set_threads(2);
  tape<network> t(4);
  std::string said;
#pragma omp parallel
#pragma omp single
  try {
    t.forward(p);
  } catch (const error& e) {
    said = e.what();
  }
  set_threads(0);
  CHECK_THAT(said, has_text("found a tape of 2 threads in a parallel region, expected one that was made there"));
}

TEST_CASE("a native convolution of 8 channels runs, whatever the lanes of the CPU") {
  if constexpr (!has_fast_products) return;
  using narrow = net<shape{8, 8, 8}, with_backend<backend::native, conv2d<8, kernel<4>, stride<2>, pad<1>>>>;
  CHECK(std::string(tape<narrow>(8).implementations()[0]) == "toom_cook");
}

TEST_CASE("a network gets the lanes that more of its images fill") {
  const auto lanes = []<class N>(N) { return net_of<N, default_backend<float>>::walked.lanes; };
  constexpr int all = arch::current::lanes;
  CHECK(lanes(dcgan_critic<>{}) == all);
  CHECK(lanes(dcgan_critic<dcgan_options{.channels = 3}>{}) == all);  // three channels fill neither
  CHECK(lanes(dcgan_critic<dcgan_options{.filters = 8}>{}) == 8);
  CHECK(lanes(dcgan_critic<dcgan_options{.channels = 3, .filters = 8}>{}) == 8);
}

TEST_CASE("threads share parameters, whatever their batches") {
  using network = dcgan_generator<dcgan_options{.size = 16, .filters = 8, .noise = 16}>;
  using normed = net<shape{16}, reparametrised<spectral_norm, network>>;
  const auto check = []<class N>(N) {
    parameters<N> p;
    initialise(p, normal{0.2}, 7);
    const auto image = [&](int batch) {
      tape<N, float, use::inference> t(batch);
      std::ranges::fill(t.input(), 0.5f);
      return t.forward(p)[17];
    };
    const auto input_slope = [&](int batch) {
      tape<N> t(batch);
      t.load(std::vector<float>(std::size_t(batch) * N::input.size(), 0.5f)), t.forward(p, statistics::running);
      std::ranges::fill(t.output_gradient(), 1.f);
      t.backward(p, nullptr, true);
      return t.input_gradient()[3];
    };
    const auto number = [&](int i) { return i < 4 ? image(i % 2 ? 1 : 9) : input_slope(i % 2 ? 1 : 9); };
    float by_thread[8]{};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&, i] { by_thread[i] = number(i); });
    for (auto& t : threads) t.join();
    for (int i = 0; i < 8; ++i) CHECK(by_thread[i] == number(i));
    CHECK(by_thread[0] == Approx(by_thread[1]).margin(1e-5));
    CHECK(by_thread[4] == Approx(by_thread[5]).margin(1e-5));
  };
  check(network{}), check(normed{});
}

TEST_CASE("production makes no weights for a backward pass") {
  using network = dcgan_generator<dcgan_options{.size = 16, .filters = 8, .noise = 16}>;
  parameters<network> p;
  const auto canonical = p.bytes();
  tape<network, float, use::inference>(8).forward(p);
  const auto forward = p.bytes();
  tape<network> t(8);
  t.forward(p);
  CHECK((p.bytes() == forward && forward > canonical));
  t.backward(p, nullptr, true);
  CHECK(p.bytes() > forward);
}

TEST_CASE("a wrong number of numbers is refused in a sentence") {
  tape<net<shape{8}, dense<4>>> t(2);
  std::vector<float> x(15);
  CHECK_THROWS_WITH(t.load(x), "tape::load: found 15 numbers, expected 16");
  CHECK_THROWS_WITH(t.store(x), has_text("tape::store: found room for 15"));
  CHECK_THROWS_WITH((tape<net<shape{8}, dense<4>>>(0)), has_text("found a batch of 0 events"));
}

TEST_CASE("what is no gradient's, and another network's weights, are refused in a sentence") {
  using first = net<shape{8}, dense<8>>;
  using second = net<shape{4}, dense<16>>;  // as large
  tape<first, float, use::inference> asked(2);
  std::vector<float> d(16);
  CHECK_THROWS_WITH(asked.load_output_gradient(d), has_text("tape::load_output_gradient: found a tape for inference"));
  CHECK_THROWS_WITH(asked.store_input_gradient(d), has_text("tape::store_input_gradient: found a tape for inference"));
  tape<first> t(2);
  const parameters<second> other;
  CHECK_THROWS_WITH(static_cast<tape_base<float>&>(t).forward(other, statistics::batch),
                    "tape: found weights of another network, expected those of its own");
}

TEST_CASE("a network in a shared library of its own is the same network") {
  const auto own = layers_of<net<shape{8}, dense<8>, leaky_relu>>();
  std::vector<op> copy(own.begin(), own.end());  // elsewhere, names too
  const std::string name = own[0].name;
  copy[0].name = name.c_str();
  CHECK(same_layers(own, copy));
  CHECK_FALSE(same_layers(own, layers_of<net<shape{8}, dense<8>, relu>>()));
  CHECK_FALSE(same_layers(own, layers_of<net<shape{8}, spectral_normed<dense<8>>, leaky_relu>>()));
  copy.pop_back();
  CHECK_FALSE(same_layers(own, copy));
}

TEST_CASE("no primitive of the shipped networks is a reference implementation, oneDNN's or ours") {
  const auto check = []<class Tape>(const char* network, const Tape& t) {
    const auto names = t.implementations();
    const walk& all = net_of<typename Tape::network, default_backend<float>>::walked;
    REQUIRE(int(names.size()) == all.count);
    std::printf("%s:", network);
    for (int i = 0; i < all.count; ++i) {
      INFO(all.ops[i].name << " runs " << names[i]);
      CHECK(names[i].find("ref") == std::string::npos);
      CHECK((all.ops[i].kind != op_kind::linear_map || !names[i].empty()));
      CHECK(all.ops[i].where != backend::reference);
      std::printf("%s%s", names[i].empty() ? "" : " ", names[i].c_str());
    }
    std::printf("\n");
  };
  constexpr dcgan_options narrow{.filters = 8, .noise = 16};
  struct recommended : dcgan_generator<dcgan_options{}, threshold, random_roll<axis::phi>, random_flip<axis::eta>> {};
  check("generator", tape<dcgan_generator<>>(64));
  check("generator at inference", tape<dcgan_generator<>, float, use::inference>(64));
  check("one event", tape<dcgan_generator<>, float, use::inference>(1));
  check("generator that turns", tape<recommended>(64));
  check("critic", tape<dcgan_critic<>>(64));
  check("critic without norm", tape<dcgan_critic<dcgan_options{}, no_norm>>(64));
  check("critic without norm, twice differentiated",
        tape<dcgan_critic<dcgan_options{}, no_norm>, float, use::second_order>(64));
  constexpr dcgan_options colours{.channels = 3};
  check("critic of layer norm, twice differentiated",
        tape<dcgan_critic<dcgan_options{}, layer_norm>, float, use::second_order>(64));
  check("generator of three channels", tape<dcgan_generator<colours>>(64));
  check("critic of three channels", tape<dcgan_critic<colours>>(64));
  check("generator of 8 filters", tape<dcgan_generator<narrow>>(64));
  check("critic of 8 filters", tape<dcgan_critic<narrow>>(64));
  constexpr cosmogan_options map{.size = 64, .filters = 16};
  check("CosmoGAN's generator", tape<cosmogan_generator<map>>(16));
  check("CosmoGAN's critic", tape<cosmogan_critic<map>>(16));
}
