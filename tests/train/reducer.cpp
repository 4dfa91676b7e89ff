// Two processes, played by threads, train as one does on the events of both.
#include <array>
#include <barrier>
#include <cmath>
#include <thread>

#include "catch.hpp"
#include "small.hpp"

namespace {

struct meeting {
  std::barrier<> both{2};
  std::array<std::vector<float>, 2> brought;
};

struct two_ranks {
  meeting* at = nullptr;
  int me = 0;
  struct ticket {};
  ticket start(std::span<float> values) const {
    at->brought[me].assign(values.begin(), values.end());
    at->both.arrive_and_wait();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = (at->brought[0][i] + at->brought[1][i]) / 2;
    at->both.arrive_and_wait();
    return {};
  }
  void progress() const {}
  void wait(ticket) const {}
  void mean(std::span<float> values) const { wait(start(values)); }
  int rank() const { return me; }
  int size() const { return 2; }
};

// Without batch norm, whose statistics would be each process' own.
struct plain_generator : sequential<shape{16}, conv2d_transpose<8, kernel<4>>, leaky_relu,
                                    conv2d_transpose<8, kernel<4>, stride<2>, pad<1>>, leaky_relu,
                                    conv2d_transpose<1, kernel<4>, stride<2>, pad<1>>, hepgan::tanh> {};
struct plain_critic : dcgan_critic<small, no_norm> {};
template <class Reducer>
using plain_gan = gan<plain_generator, plain_critic, standard_gan, sgd, no_penalty, no_penalty, Reducer>;

template <class Gan>
std::vector<float> weights(const Gan& g) {
  std::vector<float> all(g.generator.flat().begin(), g.generator.flat().end());
  all.insert(all.end(), g.critic.flat().begin(), g.critic.flat().end());
  return all;
}

}  // namespace

TEST_CASE("two processes train as one does on the events of both") {
  constexpr int batch = 8, steps = 3;
  const auto real = images(2 * batch);
  const auto train = [&](auto& g, std::span<const float> mine) {
    for (int i = 0; i < steps; ++i) g.step(mine);
    return weights(g);
  };
  const sgd optimizer{.learning_rate = 0.1};
  plain_gan<local_reducer> one(2 * batch, {.optimizer = optimizer, .flip_rate = 0.4}, 5);
  const auto start = weights(one), expected = train(one, real);

  meeting at;
  std::array<std::vector<float>, 2> found;
  std::vector<std::thread> processes;
  for (int me : {0, 1})
    processes.emplace_back([&, me] {
      plain_gan<two_ranks> mine(batch, {.optimizer = optimizer, .reduce = {&at, me}, .flip_rate = 0.4}, 5);
      found[me] = train(mine, std::span(real).subspan(me * real.size() / 2, real.size() / 2));
    });
  for (auto& p : processes) p.join();

  CHECK(found[0] == found[1]);
  double moved = 0, apart = 0;
  for (std::size_t i = 0; i < start.size(); ++i)
    moved += std::pow(expected[i] - start[i], 2), apart += std::pow(found[0][i] - expected[i], 2);
  CHECK(moved > 0);
  CHECK(std::sqrt(apart) < 1e-4 * std::sqrt(moved));
}
