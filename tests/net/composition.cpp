// What is known at compile time: shapes, counts, plans.
#include <hepgan/io/summary.hpp>
#include <hepgan/models/cosmogan.hpp>
#include <hepgan/models/dcgan.hpp>

#include "../support/catch.hpp"

using namespace hepgan;

using generator = dcgan_generator<dcgan_options{.size = 64, .channels = 1, .filters = 32, .noise = 64}>;
using critic = dcgan_critic<dcgan_options{.size = 64, .channels = 1, .filters = 32}>;
using smooth_critic = dcgan_critic<dcgan_options{.size = 64, .channels = 1, .filters = 32}, no_norm>;

static_assert(generator::input == shape{64} && generator::output == shape{1, 64, 64});
static_assert(critic::input == shape{1, 64, 64} && critic::output == shape{1});
// [in][out][4][4] of five transposed convolutions, and γ, β of four batch norms
static_assert(parameter_count<generator> ==
              16 * (64 * 256 + 256 * 128 + 128 * 64 + 64 * 32 + 32) + 2 * (256 + 128 + 64 + 32));
static_assert(parameter_count<critic> == 16 * (32 + 32 * 64 + 64 * 128 + 128 * 256 + 256) + 2 * (64 + 128 + 256));
// as published (arXiv:1706.02390)
static_assert(cosmogan_generator<>::output == shape{1, 256, 256} && feeds<cosmogan_generator<>, cosmogan_critic<>>);
static_assert(parameter_count<cosmogan_generator<>> == 12'824'449 && parameter_count<cosmogan_critic<>> == 4'436'225);

template <class N, backend Where>
inline constexpr bool plans_are_sound = sound(net_of<N, Where>::template plan_for<use::training>) &&
                                        sound(net_of<N, Where>::template plan_for<use::inference>);
static_assert(plans_are_sound<generator, backend::onednn> && plans_are_sound<critic, backend::onednn>);
static_assert(plans_are_sound<generator, backend::reference> && plans_are_sound<cosmogan_generator<>, backend::onednn>);

// Golden: numbers of memory per event. A plan that grows is a fault, one that shrinks a triumph: change it here.
static_assert(net_of<generator, backend::onednn>::plan_for<use::inference>.size == 49152);
static_assert(net_of<generator, backend::onednn>::plan_for<use::training>.size == 163904);
static_assert(net_of<critic, backend::onednn>::plan_for<use::training>.size == 98336);
static_assert(net_of<smooth_critic, backend::onednn>::plan_for<use::training>.size == 86032);
static_assert(net_of<smooth_critic, backend::onednn>::plan_for<use::second_order>.size == 176144);

// A reorder is inserted where a layer is put on another backend, and after an output of several channels; nowhere else.
struct mixed : sequential<shape{16, 8, 8}, conv2d<16, kernel<3>, pad<1>>,
                          with_backend<backend::reference, conv2d<16, kernel<3>, pad<1>>>, relu> {};
static_assert(net_of<mixed, backend::onednn>::walked.reorders == 3);
static_assert(net_of<generator, backend::onednn>::walked.reorders == 0);
static_assert(net_of<critic, backend::onednn>::walked.reorders == 0);

// In double every layer is the reference's: a network with overrides can be checked, and is listed as it is written.
static_assert(net_of<mixed, backend::reference>::walked.reorders == 0 && net_of<mixed, backend::reference>::ops == 3);
struct wrapped : sequential<shape{16, 8, 8},
                            with_backend<backend::onednn, conv2d<16, kernel<3>, pad<0, 1>, circular<axis::phi>>>> {};
static_assert(wrapped::output == shape{16, 6, 8});  // the padding beside is no matter of the override

// What is shared may hold what is shared, at its second use too.
struct nested : sequential<shape{4, 8, 8}, shared<1, chain<conv2d<4, kernel<1>>, shared<2, conv2d<4, kernel<1>>>>>,
                           relu, shared<1, chain<conv2d<4, kernel<1>>, shared<2, conv2d<4, kernel<1>>>>>,
                           shared<2, conv2d<4, kernel<1>>>> {};
static_assert(parameter_count<nested> == 2 * 4 * 4);

// One multiply-add per weight and place where it is used; a user's map may say its own.
static_assert(multiply_adds<generator> == 16 * (64 * 256 + 256 * 128 * 16 + 128 * 64 * 64 + 64 * 32 * 256 + 32 * 1024));
struct three_taps : linear_map {
  static constexpr shape output(shape in) { return in; }
  static constexpr int weights(shape) { return 3; }
  static constexpr std::int64_t multiply_adds(shape in) { return 3 * std::int64_t(in.size()); }
  template <class F>
  static constexpr void terms(shape, F) {}
};
struct tapped : sequential<shape{1, 4, 6}, three_taps> {};
static_assert(multiply_adds<tapped> == 72);

// Shared weights count once.
struct twice : sequential<shape{4, 6, 6}, shared<1, conv2d<4, kernel<3>, pad<1>>>, relu,
                          shared<1, conv2d<4, kernel<3>, pad<1>>>> {};
static_assert(parameter_count<twice> == 4 * 4 * 9);

TEST_CASE("a summary names every layer, its shapes and its backend") {
  const auto table = summary<critic>();
  CHECK(table.find(std::string("kernels for ") + arch::current::name) != std::string::npos);
  CHECK(table.find("0.0.conv2d") != std::string::npos);
  CHECK(table.find("32x32x32") != std::string::npos);
  CHECK(table.find("0 reorders") != std::string::npos);
  CHECK(summary<mixed>().find("3 reorders") != std::string::npos);
}

TEST_CASE("parameters are found by the name given to their scope") {
  struct net : sequential<shape{4, 6, 6}, named<"entry", conv2d<4, kernel<3>>>, batch_norm> {};
  const auto entries = parameters<net, double>().entries();
  REQUIRE(entries.size() == 5);
  CHECK(entries[0].name.rfind("entry.", 0) == 0);
  CHECK(entries[0].name.find("conv2d.weight") != std::string::npos);
}
