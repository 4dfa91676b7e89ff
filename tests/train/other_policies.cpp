// Policies that the library does not ship fit its trainer as it is: a relativistic loss, a loss over embeddings of two
// batches, Wasserstein with a gradient penalty at interpolated events, weights that are frozen.
#include <hepgan/net/input_gradient.hpp>

#include "catch.hpp"
#include "small.hpp"

namespace {

/// Relativistic (Jolicoeur-Martineau, arXiv:1807.00734): E softplus(D(G) − D(x)); the generator's has the signs turned.
struct relativistic : loss_traits {
  static constexpr bool real_for_generator = true;
  template <class Real>
  static double pairs(std::span<const Real> up, std::span<const Real> down, std::span<Real> d_up,
                      std::span<Real> d_down) {
    double sum = 0;
    const double n = static_cast<double>(up.size());
    for (std::size_t i = 0; i < up.size(); ++i) {
      const double gap = double(down[i]) - up[i];
      sum += std::log1p(std::exp(gap)) / n;
      const auto slope = static_cast<Real>(1 / (1 + std::exp(-gap)) / n);
      if (!d_up.empty()) d_up[i] = -slope;
      if (!d_down.empty()) d_down[i] = slope;
    }
    return sum;
  }
  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    return pairs(real, fake, d_real, d_fake);
  }
  template <class Real>
  double generator(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_fake) const {
    return pairs(fake, real, d_fake, std::span<Real>{});
  }
};

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

struct wasserstein : loss_traits {
  static turn at(std::int64_t step) { return {true, step % 5 == 4}; }
  template <class Real>
  double critic(std::span<const Real> real, std::span<const Real> fake, std::span<Real> d_real,
                std::span<Real> d_fake) const {
    double sum = 0;
    const Real share = Real(1) / static_cast<Real>(real.size());
    for (std::size_t i = 0; i < real.size(); ++i)
      sum += share * (fake[i] - real[i]), d_real[i] = -share, d_fake[i] = share;
    return sum;
  }
  template <class Real>
  double generator(std::span<const Real>, std::span<const Real> fake, std::span<Real> d_fake) const {
    double sum = 0;
    for (std::size_t i = 0; i < fake.size(); ++i)
      sum -= fake[i] / double(fake.size()), d_fake[i] = -Real(1) / static_cast<Real>(fake.size());
    return sum;
  }
};

/// λ E(‖∇D(x̂)‖ − 1)², x̂ between a real and a generated event (Gulrajani et al., arXiv:1704.00028).
struct gradient_penalty {
  double weight = 10;
  double* norm = nullptr;  ///< the last mean ‖∇D‖, for the test

  template <class Critic>
  struct workspace {
    input_gradient<Critic> gradient;
    std::vector<float> between;
    explicit workspace(int batch) : gradient(batch), between(gradient.direction().size()) {}
    std::size_t bytes() const { return gradient.bytes() + between.size() * sizeof(float); }
  };
  template <class Critic, class Tape>
  double operator()(const parameters<Critic>& critic, Tape& on_real, Tape& on_fake, workspace<Critic>& w,
                    gradients<Critic>& g, penalty_draw draw) const {
    const random_stream r(draw.seed, purpose::user);
    const std::size_t n = on_real.batch(), size = w.between.size() / n;
    for (std::size_t i = 0; i < w.between.size(); ++i) {
      const float a = static_cast<float>(r.uniform(draw.event + i / size));
      w.between[i] = a * on_real.input()[i] + (1 - a) * on_fake.input()[i];
    }
    const auto slope = w.gradient.evaluate(critic, w.between);
    double sum = 0, mean = 0;
    for (std::size_t e = 0; e < n; ++e) {
      double square = 1e-12;
      for (std::size_t i = 0; i < size; ++i) square += double(slope[e * size + i]) * slope[e * size + i];
      const double length = std::sqrt(square), factor = 2 * weight * (length - 1) / length / double(n);
      for (std::size_t i = 0; i < size; ++i)
        w.gradient.direction()[e * size + i] = static_cast<float>(factor * slope[e * size + i]);
      sum += weight * (length - 1) * (length - 1) / double(n), mean += length / double(n);
    }
    w.gradient.pull_back(critic, g);
    *norm = mean;
    return sum;
  }
};

std::vector<float> copy_of(std::span<const float> s) { return {s.begin(), s.end()}; }

}  // namespace

TEST_CASE("a loss that compares real and generated scores needs no other trainer") {
  gan<generator, critic, relativistic, adam> g(8, {.optimizer = {1e-3}}, 5);
  const auto x = images(8);
  const auto first = g.step(x);
  CHECK(first.generator_loss > 0);
  for (int i = 0; i < 60; ++i) g.step(x);
  CHECK(g.step(x).critic_loss < first.critic_loss);
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

TEST_CASE("Wasserstein with a gradient penalty needs no other trainer: the critic's slope comes to one") {
  struct plain_critic : dcgan_critic<small, no_norm> {};
  double norm = 0;
  gan<generator, plain_critic, wasserstein, adam, gradient_penalty> g(
      8, {.optimizer = {1e-3, 0, 0.9}, .penalty = {.norm = &norm}}, 5, he_uniform{});
  g.critic.update([&](auto weights) {
    for (float& w : weights) w *= 1.5f;
  });
  const auto x = images(8);
  g.step(x);
  const double at_first = norm;
  CHECK(at_first > 2);
  for (int i = 0; i < 80; ++i) g.step(x);
  CHECK(std::abs(norm - 1) < 0.5 * std::abs(at_first - 1));
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
