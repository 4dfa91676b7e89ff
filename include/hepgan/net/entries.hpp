// The names of a network's numbers: which part of its flat blocks belongs to which layer.
#pragma once
#include <hepgan/backend/op.hpp>
#include <hepgan/core/error.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hepgan {

/// A named part of a flat block, e.g. {"3.conv2d.weight", block::weights, offset, count}.
enum class block { weights, state, scalars };
struct entry {
  std::string name;
  block in;
  range at;
};

/// The path of an operation: names given by `named`, else positions, then the layer.
inline std::string path_of(const op& o) {
  std::string path;
  for (int i = 0; i < o.depth; ++i) append(path, {o.scope[i] ? word(o.scope[i]) : word(o.path[i]), "."});
  append(path, {o.name});
  return path;
}

/// Every named part of a network, in order; weights that are shared appear once.
inline std::vector<entry> entries_of(std::span<const op> layers) {
  std::vector<entry> all;
  const auto add = [&](std::string name, block in, int offset, int count) {
    for (const entry& e : all)
      if (e.in == in && e.at.offset == offset) return;
    if (count) all.push_back({std::move(name), in, {offset, count}});
  };
  for (const op& o : layers) {
    const std::string path = path_of(o);
    if (o.kind == op_kind::normalisation || o.kind == op_kind::event_norm) {
      const int c = o.weights.count / 2, of_state = o.state.count / 2;
      add(path + ".gamma", block::weights, o.weights.offset, c);
      add(path + ".beta", block::weights, o.weights.offset + c, c);
      add(path + ".mean", block::state, o.state.offset, of_state);
      add(path + ".variance", block::state, o.state.offset + of_state, of_state);
    } else {
      add(path + (o.kind == op_kind::bias ? "" : ".weight"), block::weights, o.weights.offset, o.weights.count);
      add(path + ".state", block::state, o.state.offset, o.state.count);
      add(path + ".scalars", block::scalars, o.scalars.offset, o.scalars.count);
    }
  }
  return all;
}

/// f(range) for the run-time scalars of each layer of a name, fused into another or not.
template <class F>
void over_scalars_of(std::span<const op> operations, std::string_view name, F f) {
  for (const op& o : operations) {
    if (o.name == name && o.scalars.count) f(o.scalars);
    if (o.fused_name == name && o.fused_scalars.count) f(o.fused_scalars);
  }
}
/// Those of the first.
inline range scalars_of(std::span<const op> operations, const std::string& name) {
  range first;
  over_scalars_of(operations, name, [&](range at) {
    if (!first.count) first = at;
  });
  if (first.count) return first;
  throw error({"scalars: found no layer ", name, " with run-time scalars, expected one"});
}

}  // namespace hepgan
