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
namespace detail {

template <class Networks, int Level, class F>
auto load_generator_from(const checkpoint& c, const std::string& prefix, F& f) {
  const std::int64_t level = c.integer(prefix + ".level");
  if (level == Level) {
    parameters<typename Networks::template generator<Level>> p;
    load(c, prefix, p);
    return f(std::as_const(p));
  }
  if constexpr (Level < Networks::top)
    return load_generator_from<Networks, Level + 1>(c, prefix, f);
  else
    c.fail({prefix, ": found level ", level, ", expected a level from 0 to ", Networks::top});
}

}  // namespace detail

/// f(its parameters), whose type is that of its level, for sampling without a training: what f returns is the same at
/// every level.
template <class Networks, class F>
auto load_generator(const checkpoint& c, const std::string& prefix, F f) {
  return detail::load_generator_from<Networks, 0>(c, prefix, f);
}

template <class... Policies>
void save(checkpoint& c, const std::string& prefix, const progressive_gan<Policies...>& g) {
  c.put(prefix + ".all_steps", g.steps());
  g.with_stage([&](const auto& s) { save(c, prefix, s.networks); });
  save_generator(c, prefix + ".average", g);
}
/// All of it, or none and an error.
template <class... Policies>
void load(const checkpoint& c, const std::string& prefix, progressive_gan<Policies...>& g) {
  g.restore(c.integer(prefix + ".average.level"), c.integer(prefix + ".all_steps"), [&](auto& s) {
    load(c, prefix, s.networks);
    load(c, prefix + ".average", s.average.value());
  });
}

}  // namespace hepgan
