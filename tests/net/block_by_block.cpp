// A batch norm that begins inside the convolution beside it computes what it computes by itself, bit for bit.
#include <hepgan/dcgan.hpp>

#include "../support/catch.hpp"

using namespace hepgan;

namespace {

template <shape In, class... L>
struct net : sequential<In, L...> {};
constexpr shape first{16, 8, 8}, middle{32, 16, 16};
using up = conv2d_transpose<32, kernel<4>, stride<2>, pad<1>>;
using down = conv2d<48, kernel<4>, stride<2>, pad<1>>;
using whole = net<first, up, batch_norm, leaky_relu, down>;
using before = net<first, up>;
using norm = net<middle, batch_norm, leaky_relu>;
using after = net<middle, down>;

/// The parts' parameters, as those of the whole.
template <class N>
parameters<N> part_of(const parameters<whole>& all, std::size_t from, const std::vector<float>& state = {}) {
  parameters<N> p;
  p.update([&](std::span<float> w) { std::copy_n(all.flat().data() + from, w.size(), w.data()); });
  p.update_state([&](std::span<float> s) { std::ranges::copy(state, s.begin()); });
  return p;
}
std::vector<float> copy_of(std::span<const float> x) { return {x.begin(), x.end()}; }
std::vector<float> drawn(std::size_t n, std::uint32_t stream) {
  std::vector<float> x(n);
  fill_normal(std::span(x), random_stream(5, purpose::latent, stream), 0);
  return x;
}

/// What a network of several parts makes, with the kernels of one tape or of one for each.
template <use Mode>
void check(int batch, statistics which) {
  INFO(batch << " events");
  parameters<whole> p;
  initialise(p, normal{0.2}, 7);
  const std::vector<float> state = [] {
    auto s = drawn(64, 1);
    for (std::size_t i = 32; i < 64; ++i) s[i] = 0.5f + s[i] * s[i];
    return s;
  }();
  p.update_state([&](std::span<float> s) { std::ranges::copy(state, s.begin()); });
  const auto p1 = part_of<before>(p, 0);
  const auto p2 = part_of<norm>(p, p1.flat().size(), state);
  const auto p3 = part_of<after>(p, p1.flat().size() + p2.flat().size());
  tape<whole, float, Mode> all(batch);
  if (kind_of_batch(batch) == batch_kind::many && arch::current::lanes >= 8)
    REQUIRE(all.implementations().front().starts_with("toom_cook"));
  tape<before, float, Mode> t1(batch);
  tape<norm, float, Mode> t2(batch);
  tape<after, float, Mode> t3(batch);
  const auto x = drawn(std::size_t(batch) * first.size(), 2);
  all.load(x), t1.load(x);
  const auto y = copy_of(all.forward(p, which));
  t1.forward(p1, which), t2.load(t1);
  t2.forward(p2, which), t3.load(t2);
  CHECK(y == copy_of(t3.forward(p3, which)));
  if constexpr (Mode == use::training) {
    const auto dy = drawn(y.size(), 3);
    gradients<whole> g;
    gradients<before> g1;
    gradients<norm> g2;
    gradients<after> g3;
    all.load_output_gradient(dy), t3.load_output_gradient(dy);
    all.backward(p, &g, true);
    t3.backward(p3, &g3, true), t2.load_output_gradient(t3);
    t2.backward(p2, &g2, true), t1.load_output_gradient(t2);
    t1.backward(p1, &g1, true);
    std::vector<float> parts = copy_of(g1.flat());
    for (const auto& more : {copy_of(g2.flat()), copy_of(g3.flat())})
      parts.insert(parts.end(), more.begin(), more.end());
    CHECK(copy_of(g.flat()) == parts);
    std::vector<float> dx(x.size()), dx1(x.size());
    all.store_input_gradient(dx), t1.store_input_gradient(dx1);
    CHECK(dx == dx1);
    all.load(x), all.forward(p, which), all.load_output_gradient(dy);
    all.backward(p, nullptr, true);  // as in a generator's step
    all.store_input_gradient(dx1);
    CHECK(dx == dx1);
  }
}

}  // namespace

TEST_CASE("a batch norm that begins inside the convolution beside it computes the same, bit for bit") {
  for (const int batch : {1, 3, 5, 64}) {
    check<use::training>(batch, statistics::batch);
    check<use::training>(batch, statistics::running);
    check<use::inference>(batch, statistics::running);
  }
}
