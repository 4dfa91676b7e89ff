// A progressive training in a checkpoint, with the level that it has come to.
#pragma once
#include <hepgan/io/training.hpp>
#include <hepgan/train/progressive.hpp>

namespace hepgan {

template <progressive_options O, class... Policies>
void save(checkpoint& c, const std::string& prefix, progressive_gan<O, Policies...>& g) {
  c.put(prefix + ".level", std::int64_t(g.level())), c.put(prefix + ".all_steps", g.steps());
  g.with_stage([&](auto& s) {
    save(c, prefix, s.networks);
    save(c, prefix + ".average", s.average.value());
  });
}
template <progressive_options O, class... Policies>
void load(const checkpoint& c, const std::string& prefix, progressive_gan<O, Policies...>& g) {
  g.restore(static_cast<int>(c.integer(prefix + ".level")), c.integer(prefix + ".all_steps"));
  g.with_stage([&](auto& s) {
    load(c, prefix, s.networks);
    load(c, prefix + ".average", s.average.value());
  });
}

}  // namespace hepgan
