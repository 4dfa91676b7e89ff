// Losses as lines and the bar tell them.
#if defined(HEPGAN_RPV)
#include "../../examples/rpv/progress_bar.hpp"
#include "../support/catch.hpp"

TEST_CASE("a loss is told of a network that had a turn, in 12 characters at most") {
  hepgan::step_result mean{.trained = {false, false}};
  mean.critic_loss = 0.6931, mean.generator_loss = -1234567.8901;
  CHECK(rpv::losses_text(mean, ", ") == "");
  mean.trained.critic = true;
  CHECK(rpv::losses_text(mean, ", ") == "critic 0.693, ");
  mean.trained.generator = true;
  CHECK(rpv::losses_text(mean, " ") == "critic 0.693 generator -1234567.890 ");
  mean.critic_loss = 1e7, mean.generator_loss = -1.23456e300;
  CHECK(rpv::losses_text(mean, " ") == "critic 1e+07 generator -1.235e+300 ");
}
#endif
