// What a network is, computed once per type and backend: operations, plans and counts as constants.
#pragma once
#include <concepts>
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/pointwise_functions.hpp>
#include <hepgan/net/compose.hpp>
#include <hepgan/net/plan.hpp>
#include <hepgan/net/scopes.hpp>
#include <span>
#include <type_traits>

namespace hepgan {

/// Floats run on oneDNN and the native kernels, every other real type on the reference.
template <class Real>
inline constexpr backend default_backend = std::is_same_v<Real, float> ? backend::onednn : backend::reference;

template <class N>
concept network_type = requires {
  typename N::parts;
  { N::input } -> std::convertible_to<shape>;
  { N::output } -> std::convertible_to<shape>;
};

namespace detail {

template <class L>
constexpr needs needs_of() {
  if constexpr (linear_layer<L>)
    return {.x = true};
  else if constexpr (normalisation_layer<L> || event_norm_layer<L> || deviation_layer<L>)
    return {.x = true};
  else if constexpr (bias_layer<L>)
    return {.in_place = true};
  else if constexpr (pointwise_layer<L>) {
    if constexpr (draws_random_numbers<L>)
      return {.in_place = true};
    else if constexpr (has_function<functions::slope_of_output, L, float> ||
                       has_function<functions::slope_of_output, L, double>)
      return {.y = true, .in_place = true};
    else
      return {.x = true};
  } else
    return {};
}

template <class>
struct leaf_facts;
template <class... Leaves>
struct leaf_facts<type_list<Leaves...>> {
  static constexpr int count = sizeof...(Leaves);
  static constexpr bool random[sizeof...(Leaves) + 1]{draws_random_numbers<Leaves>...};
  static constexpr needs need[sizeof...(Leaves) + 1]{needs_of<Leaves>()...};
};

template <std::size_t Count, class T>
constexpr std::array<T, Count> first_of(const T* from) {
  std::array<T, Count> all{};
  T* to = all.data();
  for (std::size_t i = 0; i < Count; ++i) to[i] = from[i];
  return all;
}

/// What of a network is walked: a scope around one itself, else its parts; nothing of a misfit.
template <class N>
struct walked_parts {
  using type = typename N::parts;
};
template <class N>
requires requires(walk& b) { N::describe(b, 0); }
struct walked_parts<N> {
  using type = type_list<N>;
};
template <class N, backend Where>
inline constexpr const walk& walk_of =
    walk_over<N::input, Where,
              typename std::conditional_t<well_formed<N>, walked_parts<N>, std::type_identity<type_list<>>>::type>;

/// As it runs: fused, and with the output in plain order, which losses and penalties read.
constexpr walk finished(const walk& written, const bool* random) {
  walk b = written;
  b.here = b.in_layout(b.here, plain);
  if (b.count == 0 && b.ok()) b.copy(b.here, plain);
  fuse_resampling(b), fuse_activations(b, random);
  b.place_packed();
  return b;
}

}  // namespace detail

template <network_type N, backend Where>
struct net_of {
  using leaves = typename leaves_of<N>::type;
  using facts = detail::leaf_facts<leaves>;
  static constexpr walk walked = detail::finished(detail::walk_of<N, Where>, facts::random);
  static_assert(walked.ok(),
                "hepgan: with its reorders this network has more operations than a walk holds, or nests too deep");
  static constexpr int ops = walked.count, tensors = walked.tensor_count;
  /// What of the walk there is at run time.
  static constexpr auto operations = detail::first_of<ops>(walked.ops);
  static constexpr auto operands = detail::first_of<tensors>(walked.tensors);

  template <use Mode>
  static constexpr plan<ops, tensors> plan_for = [] {
    needs need[ops + 1]{};
    for (int i = 0; i < ops; ++i) {
      need[i] = walked.ops[i].leaf >= 0 ? facts::need[walked.ops[i].leaf] : needs{};
      if (Mode == use::inference)
        need[i] = {.in_place = need[i].in_place || walked.ops[i].kind == op_kind::normalisation ||
                               walked.ops[i].kind == op_kind::event_norm};
      if (Mode == use::second_order && walked.ops[i].kind == op_kind::pointwise) need[i] = {.x = true, .y = true};
    }
    return make_plan<ops, tensors>(walked, need, Mode);
  }();
};

namespace detail {

template <class N>
inline constexpr auto layers = [] {
  constexpr const walk& b = walk_of<N, backend::onednn>;
  std::array<op, b.count - b.reorders> all{};
  op* to = all.data();
  for (int i = 0; i < b.count; ++i)
    if (b.ops[i].kind != op_kind::reorder) *to++ = b.ops[i];
  return all;
}();

}  // namespace detail

/// The layers of a network as they are written: nothing fused, nothing reordered.
template <network_type N>
constexpr std::span<const op> layers_of() {
  return detail::layers<N>;
}

/// Trainable numbers of a network, and multiply-adds of one forward pass per event.
template <network_type N>
inline constexpr int parameter_count = detail::walk_of<N, backend::onednn>.weights;
template <network_type N>
inline constexpr std::int64_t multiply_adds = [] {
  std::int64_t n = 0;
  for (const op& o : layers_of<N>()) n += o.multiply_adds;
  return n;
}();

}  // namespace hepgan
