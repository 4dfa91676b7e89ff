// A progressive training in a checkpoint, with the level that it has come to.
#pragma once
#include <hepgan/io/training.hpp>
#include <hepgan/train/progressive.hpp>

namespace hepgan {

/// The averaged generator, which samples, and its level.
template <class... Policies>
void save_generator(checkpoint& c, const std::string& prefix, const progressive_gan<Policies...>& g) {
  c.put(prefix + ".level", std::int64_t(g.level()));
  g.with_stage([&](const auto& s) { save(c, prefix, s.average.value()); });
}
/// For sampling alone: the training is at the start of that level, with critics as drawn.
template <class... Policies>
void load_generator(const checkpoint& c, const std::string& prefix, progressive_gan<Policies...>& g) {
  g.restore(static_cast<int>(c.integer(prefix + ".level")), 0);
  g.with_stage([&](auto& s) { load(c, prefix, s.average.value()); });
}

template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const progressive_gan<Policies...>& g) {
  c.put(prefix + ".all_steps", g.steps());
  g.with_stage([&](const auto& s) { save(c, prefix, s.networks); });
  save_generator(c, prefix + ".average", g);
}
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, progressive_gan<Policies...>& g) {
  g.restore(static_cast<int>(c.integer(prefix + ".average.level")), c.integer(prefix + ".all_steps"));
  g.with_stage([&](auto& s) {
    load(c, prefix, s.networks);
    load(c, prefix + ".average", s.average.value());
  });
}

}  // namespace hepgan
