// Losses of optimal transport in the trainer: which way each network goes.
#include <hepgan/loss/optimal_transport.hpp>
#include <hepgan/loss/sinkhorn_divergence.hpp>
#include <hepgan/net/crelu.hpp>

#include "catch.hpp"
#include "small.hpp"

namespace {

struct embedder : sequential<shape{1, 16, 16}, conv2d<8, kernel<4>, stride<2>, pad<1>>, crelu,
                             conv2d<16, kernel<4>, stride<2>, pad<1>>, crelu, dense<12>> {};

/// What this step sees, and would see after it, of the same events and the same latent vectors.
template <class Loss>
std::pair<step_result, step_result> before_and_after(const Loss& loss, std::int64_t step) {
  gan<generator, embedder, Loss, sgd> g(16, {.loss = loss, .optimizer = {1e-2}}, 5, he_uniform{});
  const auto x = images(16);
  g.steps = step;
  const auto before = g.step(x);
  g.steps = step;
  return {before, g.step(x)};
}

template <class Loss>
void check(Loss loss) {
  loss.turns = {.critic_steps = 2};  // the first is the critic's alone
  const auto [far, farther] = before_and_after(loss, 0);
  CHECK(!far.trained.generator);
  CHECK(far.critic_loss < 0);
  CHECK(farther.critic_loss < far.critic_loss);
  loss.turns = {.generator_steps = 2};  // the second is the generator's alone
  const auto [apart, nearer] = before_and_after(loss, 1);
  CHECK(!apart.trained.critic);
  CHECK(apart.generator_loss > 0);
  CHECK(nearer.generator_loss < apart.generator_loss);
}

}  // namespace

TEST_CASE("by transport, the critic's step takes distributions apart and the generator's brings them together") {
  check(optimal_transport{}), check(optimal_transport_of<euclidean_cost>{}), check(sinkhorn_divergence{});
}

TEST_CASE("OT-GAN's trainer makes three generator steps for each of the critic's, and refuses what is no two batches") {
  gan<generator, embedder, optimal_transport, adam> g(16, {.optimizer = {3e-4}}, 5);
  for (int i = 0; i < 9; ++i) {
    const auto seen = g.step(images(16));
    CHECK(std::isfinite(seen.generator_loss));
    if (seen.trained.critic) CHECK((seen.real_decision > 0 && seen.fake_decision > 0));
  }
  CHECK((g.critic_moments.steps == 3 && g.generator_moments.steps == 9));
  auto x = images(16);
  std::copy_n(x.begin(), x.size() / 2, x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2));
  CHECK_THROWS_WITH(g.step(x), has_text("found one real batch twice"));
  CHECK_THROWS_WITH((gan<generator, embedder, optimal_transport, adam>(15, {}, 5)), has_text("found 15"));
}
