// Where a training is, in a checkpoint.
#pragma once
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/train/train.hpp>

namespace hepgan {

/// Where `train` is: the next batch of events, and the sums of the epoch at hand.
inline void save(checkpoint& c, const std::string& prefix, const position& at) {
  c.put(prefix + ".epoch", at.epoch), c.put(prefix + ".step", at.step);
  c.put(prefix + ".critic_steps", at.sums.critic_steps), c.put(prefix + ".generator_steps", at.sums.generator_steps);
  for (const step_number& n : step_numbers) c.put(prefix + "." + n.name, at.sums.sum.*n.value);
}
/// All of it, or none and an error.
inline void load(const checkpoint& c, const std::string& prefix, position& at) {
  position found;
  found.epoch = c.integer(prefix + ".epoch"), found.step = c.integer(prefix + ".step");
  found.sums.critic_steps = c.integer(prefix + ".critic_steps");
  found.sums.generator_steps = c.integer(prefix + ".generator_steps");
  for (const step_number& n : step_numbers) found.sums.sum.*n.value = c.real(prefix + "." + n.name);
  at = found;
}

}  // namespace hepgan
