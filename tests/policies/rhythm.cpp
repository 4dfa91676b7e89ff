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

TEST_CASE("a rhythm without steps is refused, and one may be long at first only") {
  CHECK_THROWS_WITH((rhythm{.critic_steps = 0}.at(3)), has_text("found 0 critic and 1 generator steps"));
  CHECK_THROWS_WITH((rhythm{.generator_steps = 0}.at(3)), has_text("found 1 critic and 0 generator steps"));
  CHECK_THROWS_WITH((rhythm{.long_critic_steps = 9, .long_cycles = 600}.at(3)), has_text("600 long cycles"));
  const auto counts = critic_steps_of({.long_critic_steps = 9, .long_cycles = 2, .long_every = 0}, 5);
  CHECK(counts == std::vector<int>{9, 9, 1, 1, 1});
}

TEST_CASE("a critic warms up at first and every so often, as WGAN's does") {
  const auto counts = critic_steps_of({.critic_steps = 5, .long_critic_steps = 100}, 1600);
  for (int g = 0; g < 1600; ++g) {
    INFO(g);
    REQUIRE(counts[g] == (g < 25 || g % 500 == 0 ? 100 : 5));
  }
}
