// What an optimizer is: hyper-parameters are a value, moments a state, and a step is one fused sweep over the flat
// block, by vectors (compilers leave a loop with a square root scalar: it might set errno).
#pragma once
#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <hepgan/backend/native/over_numbers.hpp>
#include <hepgan/core/aligned.hpp>
#include <hepgan/core/error.hpp>
#include <hepgan/net/parameters.hpp>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

namespace hepgan {

/// A moment, and its name in checkpoints.
template <class Real>
struct named_moment {
  const char* name;
  std::span<Real> numbers;
};
/// Moments of an optimizer: a block as long as the parameters for each of its `moment_names`, by which a checkpoint
/// tells it from others (names differ where meanings do); and the number of steps made.
template <class Real, class Optimizer>
struct moments {
  static constexpr std::size_t count = Optimizer::moment_names.size();
  std::int64_t steps = 0;
  std::array<aligned_block<Real>, count> values;
  [[gnu::noinline]] explicit moments(std::size_t n) { values.fill(aligned_block<Real>(n)); }
  std::array<named_moment<Real>, count> blocks() const {
    std::array<named_moment<Real>, count> all;
    for (std::size_t i = 0; i < count; ++i) all[i] = {Optimizer::moment_names[i], values[i].span()};
    return all;
  }
};

/// What a rule may look at before the sweep: the number of this step, from 1 on, and the numbers that it moves: those
/// of one layer for a `layerwise` optimizer, else all.
template <class Real>
struct step_view {
  std::int64_t step;
  std::span<const Real> weights, gradient;
  std::span<const Real> whole_gradient;  ///< of all layers
  double gradient_scale = 1;             ///< that an optimizer around this one will have multiplied g by
};

namespace detail {

/// What a sweep takes: std::array<named_moment<Real>, N>.
template <class Blocks, class Real>
inline constexpr bool are_named_moments = false;
template <std::size_t N, class Real>
inline constexpr bool are_named_moments<std::array<named_moment<Real>, N>, Real> = true;

}  // namespace detail

/// A value with `state<Real>`, made for n numbers, which a checkpoint keeps by its `steps` and `blocks()`, an
/// array of named moments; and `rule(step_view)`, a function of vectors, rule(lanes, w, g, moment&…), that moves the
/// moments and returns the new weights: `lanes::all(x)` is a vector of x. Optional `layerwise`, true if it wants a rule
/// for each layer.
template <class O, class Real = float>
concept optimizer_policy = requires(const O o, typename O::template state<Real>& s, step_view<Real> at) {
  typename O::template state<Real>;
  o.rule(at);
  { s.steps } -> std::convertible_to<std::int64_t>;
  requires detail::are_named_moments<std::remove_cvref_t<decltype(s.blocks())>, Real>;
};

namespace detail {

template <class O>
inline constexpr bool is_layerwise = false;
template <class O>
requires requires { O::layerwise; }
inline constexpr bool is_layerwise<O> = O::layerwise;

/// One sweep of a rule over numbers [at.offset, at.offset + at.count).
template <class Rule, class Real, std::size_t Moments>
[[gnu::noinline]] void sweep_rule(Rule rule, std::span<Real> weights, std::span<const Real> gradient,
                                  const std::array<named_moment<Real>, Moments>& moments, range at) {
  Real* w = weights.data() + at.offset;
  const Real* g = gradient.data() + at.offset;
  std::array<Real*, Moments> m;
  for (std::size_t k = 0; k < Moments; ++k) m[k] = moments[k].numbers.data() + at.offset;
  native::over_numbers<arch::current, Real>(at.count, [&]<class V>(V lanes, std::int64_t i) {
    [&]<std::size_t... K>(std::index_sequence<K...>) {
      std::array<typename V::type, Moments> now{V::load(m[K] + i)...};
      V::store(w + i, rule(lanes, V::load(w + i), V::load(g + i), now[K]...));
      (V::store(m[K] + i, now[K]), ...);
    }
    (std::make_index_sequence<Moments>{});
  });
}

/// The weights of the first layer after these that moves; none: there is no more.
[[gnu::noinline]] inline range moving_after(range these, std::span<const op> layers) {
  for (const op& layer : layers) {
    if (layer.weights.offset < these.offset + these.count) continue;  // weights that are shared come back
    bool moves = false;
    for (const op& user : layers) moves |= user.weights == layer.weights && !user.frozen;
    if (layer.weights.count && moves) return layer.weights;
  }
  return {};
}
/// Of so many weights, what is swept first: all, unless each layer has a rule of its own, or some are frozen.
[[gnu::noinline]] inline range moving_first(std::size_t weights, std::span<const op> layers, bool layerwise) {
  bool whole = !layerwise;
  for (const op& layer : layers) whole &= !(layer.frozen && layer.weights.count);
  return whole || layers.empty() ? range{0, static_cast<int>(weights)} : moving_after({}, layers);
}

/// Moves w against its gradient g, by a rule for each of the layers if the optimizer is layerwise, else by one; without
/// layers all at once.
template <class Optimizer, class Real>
[[gnu::noinline]] void step_layers(const Optimizer& o, typename Optimizer::template state<Real>& s, std::span<Real> w,
                                   std::span<const Real> g, std::span<const op> layers) {
  const auto moments = s.blocks();
  expect_size("optimizer: gradients", g.size(), w.size());
  if (constexpr std::size_t most = (std::numeric_limits<int>::max)(); w.size() > most)
    throw error({"optimizer: found ", w.size(), " weights, expected at most ", most});
  for (const auto& block : moments) expect_size("optimizer: moments", block.numbers.size(), w.size());
  ++s.steps;
  const auto rule = [&](range at) {
    return o.rule(step_view<Real>{s.steps, w.subspan(at.offset, at.count), g.subspan(at.offset, at.count), g});
  };
  const auto over_moving = [&](auto rule_of) {
    for (range at = moving_first(w.size(), layers, is_layerwise<Optimizer>); at.count; at = moving_after(at, layers))
      sweep_rule(rule_of(at), w, g, moments, at);
  };
  if constexpr (is_layerwise<Optimizer>)
    over_moving(rule);
  else
    over_moving([one = rule({0, static_cast<int>(w.size())})](range) { return one; });
}

template <class Optimizer, class Real>
[[gnu::noinline]] void step_network(const Optimizer& o, typename Optimizer::template state<Real>& s,
                                    parameters_base<Real>& p, const gradients_base<Real>& g) {
  p.update([&](std::span<Real> w) { step_layers<Optimizer, Real>(o, s, w, g.flat(), p.network_program().ops); });
}

}  // namespace detail

/// One step on flat blocks of numbers, as if they were one layer.
template <class Optimizer, class Real>
void optimizer_step(const Optimizer& o, typename Optimizer::template state<Real>& s, std::span<Real> w,
                    std::span<const Real> g) {
  detail::step_layers<Optimizer, Real>(o, s, w, g, {});
}

/// One step of a network, against the gradient of what it minimises. Frozen weights stay as they are.
template <class Optimizer, class N, class Real, backend Where>
void optimizer_step(const Optimizer& o, typename Optimizer::template state<Real>& s, parameters<N, Real, Where>& p,
                    const gradients<N, Real, Where>& g) {
  detail::step_network<Optimizer, Real>(o, s, p, g);
}

}  // namespace hepgan
