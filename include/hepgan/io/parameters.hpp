// Parameters in a checkpoint, beside what network they belong to.
#pragma once
#include <algorithm>
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/net/parameters.hpp>

namespace hepgan {

/// What a network is, in one line: two networks with one signature have the same parameters in the same places.
inline std::string signature_of(shape input, std::span<const op> layers) {
  std::string s = to_string(input);
  int taken = 0;
  for (const op& o : layers) {
    s += " " + path_of(o) + ":" + to_string(o.y.extent);
    if (o.reparametrised()) s += std::string(",") + o.reparametrisation;
    if (o.weights.count && o.weights.offset != taken) s += ",shares " + std::to_string(o.weights.offset);
    taken = (std::max)(taken, o.weights.offset + o.weights.count);
    if (o.kind == op_kind::linear_map)
      for (const auto& pair : {o.geo.kernel, o.geo.stride, o.geo.pad})
        s += "," + std::to_string(pair[0]) + "x" + std::to_string(pair[1]);
  }
  return s;
}
template <network_type N>
std::string signature_of() {
  const std::string conditions = conditions_of<N> ? std::to_string(conditions_of<N>) + " conditions, " : "";
  return conditions + signature_of(N::input, layers_of<N>());
}

/// Weights, running state and run-time scalars under a prefix ("generator").
template <class N, class Real, backend Where>
void save(checkpoint& c, const std::string& prefix, const parameters<N, Real, Where>& p) {
  c.put(prefix + ".network", signature_of<N>());
  c.put(prefix + ".weights", p.flat()), c.put(prefix + ".state", p.state()), c.put(prefix + ".scalars", p.scalars());
}

template <class N, class Real, backend Where>
void load(const checkpoint& c, const std::string& prefix, parameters<N, Real, Where>& p) {
  const std::string found = c.text(prefix + ".network"), expected = signature_of<N>();
  if (found != expected) c.fail(prefix + ": found another network, " + found + ", expected " + expected);
  p.update([&](std::span<Real> weights) { c.get(prefix + ".weights", weights); });
  p.update_state([&](std::span<Real> state) { c.get(prefix + ".state", state); });
  c.get(prefix + ".scalars", p.scalars());
}

}  // namespace hepgan
