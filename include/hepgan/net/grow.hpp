// A network that grows: what has the same name in the larger one begins with the weights that it had.
#pragma once
#include <algorithm>
#include <hepgan/layers/fade.hpp>
#include <hepgan/net/parameters.hpp>
#include <string>

namespace hepgan {
namespace detail {

/// Its path from the first name given by `named` on, wherever that stands; empty outside of names.
inline std::string name_of(const op& o) {
  std::string path;
  for (int i = 0; i < o.depth; ++i)
    if (o.scope[i])
      path += std::string(o.scope[i]) + ".";
    else if (!path.empty())
      path += std::to_string(o.path[i]) + ".";
  return path.empty() ? path : path + o.name;
}

}  // namespace detail

/// Which step of growing a network is; each grows from the one below.
template <class N>
concept growing_network = network_type<N> && requires {
  { N::level } -> std::convertible_to<int>;
};

/// Copies weights and running state of all operations that have the same name, by `named`, and as many numbers; the
/// rest of `to` stays as it is. Returns the number of weights copied.
template <network_type To, network_type From, class Real, backend Where>
std::int64_t transfer(const parameters<From, Real, Where>& from, parameters<To, Real, Where>& to) {
  std::int64_t copied = 0;
  const auto copy = [](std::span<const Real> source, range a, std::span<Real> target, range b) {
    std::ranges::copy(source.subspan(a.offset, a.count), target.subspan(b.offset, b.count).begin());
  };
  to.update([&](std::span<Real> weights) {
    to.update_state([&](std::span<Real> state) {
      for (const op& target : layers_of<To>())
        for (const op& source : layers_of<From>()) {
          const std::string name = detail::name_of(target);
          if (name.empty() || name != detail::name_of(source) || source.weights.count != target.weights.count ||
              source.state.count != target.state.count)
            continue;
          copy(from.flat(), source.weights, weights, target.weights);
          copy(from.state(), source.state, state, target.state);
          copied += source.weights.count;
        }
    });
  });
  return copied;
}

/// `to`, initialised, begins where `from` is: with the fade at 0 it computes what that did.
template <growing_network To, growing_network From, class Real, backend Where>
void grow(const parameters<From, Real, Where>& from, parameters<To, Real, Where>& to) {
  static_assert(To::level == From::level + 1,
                "hepgan: a network grows from the level below it: this is another level's");
  if (transfer(from, to) == 0)
    throw error(
        "grow: found no layer with a name that both networks have and as many weights, expected some by named<...>");
}

/// α of a blend by fade_in and fade_out, 0 to 1.
template <class N, class Real, backend Where>
void fade(parameters<N, Real, Where>& p, double alpha) {
  for (const op& o : layers_of<N>())
    if (o.name == std::string_view(fade_in::name) || o.name == std::string_view(fade_out::name))
      p.scalars()[o.scalars.offset] = static_cast<Real>(alpha);
}

}  // namespace hepgan
