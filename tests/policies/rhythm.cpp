// Whose turn a step is.
#include <hepgan/loss/rhythm.hpp>
#include <vector>

#include "../support/catch.hpp"

using namespace hepgan;

namespace {

/// The critic's steps before and with each of the first n steps of the generator.
std::vector<int> critic_steps_of(rhythm r, int n) {
  std::vector<int> counts;
  int critic = 0;
  for (std::int64_t step = 0; static_cast<int>(counts.size()) < n; ++step) {
    const turn t = r.at(step);
    CHECK((t.critic || t.generator));
    critic += t.critic;
    if (t.generator) counts.push_back(critic), critic = 0;
  }
  return counts;
}

}  // namespace

TEST_CASE("both networks take turns as often as a rhythm says") {
  CHECK(critic_steps_of({}, 3) == std::vector<int>{1, 1, 1});
  CHECK(critic_steps_of({.critic_steps = 5}, 3) == std::vector<int>{5, 5, 5});
  CHECK(critic_steps_of({.generator_steps = 3}, 7) == std::vector<int>{1, 0, 0, 1, 0, 0, 1});
}

TEST_CASE("a critic warms up at first and every so often, as WGAN's does") {
  const auto counts = critic_steps_of({.critic_steps = 5, .warm_up_steps = 100}, 1600);
  for (int g = 0; g < 1600; ++g) {
    INFO(g);
    REQUIRE(counts[g] == (g < 25 || g % 500 == 0 ? 100 : 5));
  }
}
