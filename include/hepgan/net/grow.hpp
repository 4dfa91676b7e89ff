// A network that grows: what has the same name in the larger one begins with the weights that it had.
#pragma once
#include <algorithm>
#include <hepgan/layers/fade.hpp>
#include <hepgan/net/parameters.hpp>
#include <string>
#include <string_view>

namespace hepgan {
namespace detail {

/// Its path from the first name given by `named` on, wherever that stands; empty outside of names.
inline std::string name_of(const op& o) {
  std::string path;
  for (int i = 0; i < o.depth; ++i)
    if (o.scope[i])
      append(path, {o.scope[i], "."});
    else if (!path.empty())
      append(path, {o.path[i], "."});
  if (!path.empty()) append(path, {o.name});
  return path;
}

}  // namespace detail

/// Which step of growing a network is; each grows from the one below.
template <class N>
concept growing_network = network_type<N> && requires {
  { N::level } -> std::convertible_to<int>;
};

namespace detail {

// As below, compiled once for each real type.
template <class Real>
[[gnu::noinline]] std::int64_t transfer_blocks(const parameters_base<Real>& from, parameters_base<Real>& to) {
  std::int64_t copied = 0;
  const auto copy = [](std::span<const Real> source, range a, std::span<Real> target, range b) {
    std::copy_n(source.data() + a.offset, a.count, target.data() + b.offset);
  };
  to.update([&](std::span<Real> weights) {
    to.update_state([&](std::span<Real> state) {
      for (const op& target : to.network_program().ops)
        for (const op& source : from.network_program().ops) {
          const std::string name = name_of(target);
          if (name.empty() || name != name_of(source) || source.weights.count != target.weights.count ||
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
template <class Real>
void grow_blocks(const parameters_base<Real>& from, parameters_base<Real>& to) {
  if (transfer_blocks(from, to) == 0)
    throw error(
        "grow: found no layer with a name that both networks have and as many weights, expected some by named<...>");
}
template <class To, class From>
constexpr bool grows_from() {
  static_assert(To::level == From::level + 1,
                "hepgan: a network grows from the level below it: this is another level's");
  return true;
}

}  // namespace detail

/// Copies weights and running state of all operations that have the same name, by `named`, and as many numbers; the
/// rest of `to` stays as it is. Returns the number of weights copied.
template <network_type To, network_type From, class Real, backend Where>
std::int64_t transfer(const parameters<From, Real, Where>& from, parameters<To, Real, Where>& to) {
  return detail::transfer_blocks<Real>(from, to);
}

/// `to`, initialised, begins where `from` is: with the fade at 0 it computes what that did.
template <growing_network To, growing_network From, class Real, backend Where>
void grow(const parameters<From, Real, Where>& from, parameters<To, Real, Where>& to) {
  static_assert(detail::grows_from<To, From>());
  detail::grow_blocks<Real>(from, to);
}

/// Sets the first run-time scalar of all layers of a name.
template <class Real>
[[gnu::noinline]] void set_scalar(parameters_base<Real>& p, std::string_view layer, double value) {
  over_scalars_of(p.network_program().ops, layer, [&](range at) { p.scalars()[at.offset] = static_cast<Real>(value); });
}
/// α of a blend by fade_in and fade_out, 0 to 1.
template <class Real>
void fade(parameters_base<Real>& p, double alpha) {
  set_scalar(p, fade_in::name, alpha), set_scalar(p, fade_out::name, alpha);
}

}  // namespace hepgan
