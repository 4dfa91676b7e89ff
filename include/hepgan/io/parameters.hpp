// Parameters in a checkpoint, beside what network they belong to.
#pragma once
#include <algorithm>
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/net/parameters.hpp>

namespace hepgan {

namespace detail {

/// Where two signatures part: at their conditions, their input, or a layer, which is a word.
inline std::string difference(std::string found, std::string expected) {
  for (std::string* s : {&found, &expected})
    if (s->find(" conditions, ") == s->npos) s->insert(0, "no conditions, ");
  std::size_t same = 0;
  while (same < found.size() && same < expected.size() && found[same] == expected[same]) ++same;
  const auto ends = [&](const std::string& s) { return same == s.size() || s[same] == ' '; };
  if (ends(found) && ends(expected))
    ++same;
  else
    while (same > 0 && found[same - 1] != ' ') --same;
  const auto part = [&](const std::string& s) -> std::string {
    if (same >= s.size()) return "nothing";
    if (same == 0) return s.substr(0, s.find(','));
    return (same == s.find(", ") + 2 ? "an input of " : "") + s.substr(same, s.find(' ', same) - same);
  };
  return text_from({"found another network, with ", part(found), ", expected ", part(expected)});
}

}  // namespace detail

/// What a network is, in one line: two networks with one signature have the same parameters in the same places.
inline std::string signature_of(shape input, int conditions, std::span<const op> layers) {
  std::string s;
  if (conditions) append(s, {conditions, " conditions, "});
  append(s, {to_string(input)});
  int taken = 0;
  for (const op& o : layers) {
    append(s, {" ", path_of(o), ":", to_string(o.y.extent)});
    if (o.reparametrised()) append(s, {",", o.reparametrisation});
    if (o.weights.count && o.weights.offset != taken) append(s, {",shares ", o.weights.offset});
    taken = (std::max)(taken, o.weights.offset + o.weights.count);
    if (o.kind == op_kind::linear_map)
      for (const auto& pair : {o.geo.kernel, o.geo.stride, o.geo.pad}) append(s, {",", pair[0], "x", pair[1]});
  }
  return s;
}
template <network_type N>
std::string signature_of() {
  return signature_of(N::input, conditions_of<N>, layers_of<N>());
}
inline std::string signature_of(const parameters_base<float>& p) {
  const program<float>& n = p.network_program();
  return signature_of(n.tensors[n.input].extent, n.planes + n.projected, n.layers);
}

/// Weights, running state and run-time scalars under a prefix ("generator").
inline void save(checkpoint& c, const std::string& prefix, const parameters_base<float>& p) {
  c.put(prefix + ".network", signature_of(p));
  c.put(prefix + ".weights", p.flat()), c.put(prefix + ".state", p.state()), c.put(prefix + ".scalars", p.scalars());
}

/// Refuses what `load` would refuse.
inline void expect(const checkpoint& c, const std::string& prefix, const parameters_base<float>& p) {
  const std::string found = c.text(prefix + ".network"), expected = signature_of(p);
  if (found != expected) c.fail({prefix, ": ", detail::difference(found, expected)});
  c.expect(prefix + ".weights", p.flat().size()), c.expect(prefix + ".state", p.state().size());
  c.expect(prefix + ".scalars", p.scalars().size());
}
/// All of it, or none and an error.
inline void load(const checkpoint& c, const std::string& prefix, parameters_base<float>& p) {
  expect(c, prefix, p);
  p.update([&](std::span<float> weights) { c.get(prefix + ".weights", weights); });
  p.update_state([&](std::span<float> state) { c.get(prefix + ".state", state); });
  c.get(prefix + ".scalars", p.scalars());
}

}  // namespace hepgan
