// Policies of all kinds fit the trainer as it is: losses over pairs of scores and over embeddings of two batches,
// Wasserstein with a gradient penalty at interpolated events, weights that are frozen.
#include <hepgan/loss/hinge.hpp>
#include <hepgan/loss/least_squares.hpp>
#include <hepgan/loss/relativistic.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>

#include "catch.hpp"
#include "small.hpp"

namespace {

/// ½‖mean embedding of one half − mean of the other‖² of the fakes, minus the same of the reals: sizes are what matters
/// here.
struct two_batches : loss_traits {
  static constexpr int batches = 2;
  static constexpr bool embeddings = true;
  template <class Real>
  static double distance(rows<const Real> all, rows<Real> d, Real sign) {
    const std::size_t half = all.size() / 2;
    double sum = 0;
    for (std::size_t k = 0; k < all.width; ++k) {
      double difference = 0;
      for (std::size_t i = 0; i < half; ++i) difference += (double(all[i][k]) - all[half + i][k]) / double(half);
      sum += 0.5 * difference * difference;
      for (std::size_t i = 0; i < half; ++i) {
        d[i][k] = sign * static_cast<Real>(difference / double(half));
        d[half + i][k] = -d[i][k];
      }
    }
    return sign * sum;
  }
  template <class Real>
  double critic(rows<const Real> real, rows<const Real> fake, rows<Real> d_real, rows<Real> d_fake) const {
    return distance<Real>(fake, d_fake, 1) + distance<Real>(real, d_real, -1);
  }
  template <class Real>
  double generator(rows<const Real>, rows<const Real> fake, rows<Real> d_fake) const {
    return distance<Real>(fake, d_fake, 1);
  }
  template <class Real>
  static double decision(std::span<const Real> embedding) {
    return embedding[0];
  }
};

std::vector<float> copy_of(std::span<const float> s) { return {s.begin(), s.end()}; }

}  // namespace

namespace {

template <class Loss>
void learns() {
  gan<generator, critic, Loss, adam> g(8, {.optimizer = {1e-3}}, 5);
  const auto x = images(8);
  const auto first = g.step(x);
  for (int i = 0; i < 60; ++i) g.step(x);
  CHECK(g.step(x).critic_loss < first.critic_loss);
}

}  // namespace

TEST_CASE("a critic learns by every loss over scores, of one event or of pairs") {
  learns<least_squares>();
  learns<hinge>();
  learns<relativistic_average>();
}

TEST_CASE("a loss may compare embeddings of several batches, and refuses a batch that does not divide") {
  struct embedder : sequential<shape{1, 16, 16}, conv2d<8, kernel<4>, stride<4>>, leaky_relu, dense<3>> {};
  gan<generator, embedder, two_batches, adam> g(8, {.optimizer = {1e-3}}, 5);
  const auto before = copy_of(g.critic.flat());
  g.step(images(8));
  CHECK(before != copy_of(g.critic.flat()));
  CHECK_THROWS_WITH((gan<generator, embedder, two_batches, adam>(7, {}, 5)),
                    has_text("found 7, expected a multiple of the 2"));
}

TEST_CASE("Wasserstein with a gradient penalty: the critic's slope between the batches comes to one") {
  struct plain_critic : dcgan_critic<small, no_norm> {};
  gan<generator, plain_critic, wasserstein, adam, gradient_penalty> g(8, {.optimizer = {1e-3, 0, 0.9}}, 5,
                                                                      he_uniform{});
  g.critic.update([&](auto weights) {
    for (float& w : weights) w *= 1.5f;
  });
  const auto x = images(8);
  input_gradient<plain_critic> gradient(8);
  const auto length = [&] {  // mean ‖∇D‖ at the real events
    double sum = 0;
    const auto slope = gradient.evaluate(g.critic, x);
    for (std::size_t e = 0; e < 8; ++e) {
      double square = 0;
      for (const float s : slope.subspan(e * 256, 256)) square += double(s) * s;
      sum += std::sqrt(square) / 8;
    }
    return sum;
  };
  const double at_first = length();
  CHECK(at_first > 2);
  for (int i = 0; i < 81; ++i) g.step(x);
  CHECK(std::abs(length() - 1) < 0.5 * std::abs(at_first - 1));
  CHECK((g.critic_moments.steps == 81 && g.generator_moments.steps == 16));
}

TEST_CASE("frozen layers pass gradients on and keep their weights") {
  struct half_frozen
      : sequential<shape{1, 16, 16}, conv2d<8, kernel<4>, stride<2>, pad<1>>, leaky_relu,
                   frozen<chain<conv2d<8, kernel<4>, stride<2>, pad<1>, bias>, batch_norm>>, relu, dense<1>> {};
  gan<generator, half_frozen, standard_gan, adam> g(8, {.optimizer = {1e-2}}, 5);
  const auto before = copy_of(g.critic.flat());
  const auto state = copy_of(g.critic.state());
  for (int i = 0; i < 3; ++i) g.step(images(8));
  CHECK(state == copy_of(g.critic.state()));
  for (const auto& e : g.critic.entries()) {
    if (e.in != block::weights) continue;
    const bool is_frozen = e.name[0] == '2',
               same = std::equal(before.begin() + e.at.offset, before.begin() + e.at.offset + e.at.count,
                                 g.critic.flat().begin() + e.at.offset);
    INFO(e.name);
    CHECK(same == is_frozen);
  }
}
