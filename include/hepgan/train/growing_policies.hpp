// What a growing training wants of its policies and networks, each said in one sentence, once for all levels; its event
// penalty, which is there at the last level alone.
#pragma once
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/conditions.hpp>
#include <hepgan/penalty/penalty.hpp>
#include <hepgan/train/policies.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace hepgan {

namespace detail {

/// Policies of all levels, checked at the first: what is none of them is replaced after its sentence.
template <class Networks, class Loss, class Optimizer, class Penalty, class EventPenalty>
using growing_policies =
    checked_policies<typename Networks::template critic<0>, Loss, Optimizer, Penalty, EventPenalty, local_reducer>;
/// So is a loss of embeddings.
template <class Loss>
struct over_scores {
  using loss = std::conditional_t<Loss::embeddings, wasserstein, Loss>;
  static_assert(!Loss::embeddings, "hepgan: a growing critic has one score as output: this loss wants embeddings");
};

/// A penalty on events that is not there at every level.
template <class Penalty>
struct given_penalty {
  std::optional<Penalty> given;
  double operator()(rows<const float> events, rows<float> gradient, rows<const float> conditions) {
    return given ? penalise(*given, events, gradient, conditions) : 0;
  }
};
template <class Penalty>
bool is_there(const given_penalty<Penalty>& p) {
  return p.given.has_value();
}

/// Whether all networks take as many conditions as the first; in a function, as in net/verdict.hpp.
template <class Networks, int... L>
constexpr bool are_told_alike(std::integer_sequence<int, L...>) {
  constexpr auto like_first = []<class N>(std::type_identity<N>) {
    using first = typename Networks::template generator<0>;
    return conditions_of<N> == conditions_of<first> || !well_formed<N> || !well_formed<first>;
  };
  constexpr bool alike = (like_first(std::type_identity<typename Networks::template generator<L>>{}) && ...) &&
                         (like_first(std::type_identity<typename Networks::template critic<L>>{}) && ...);
  static_assert(alike,
                "hepgan: networks that grow take the same conditions at every level, a critic those of its generator: "
                "as planes beside the image, or projected");
  return alike;
}
/// In place of networks of which the sentence was said.
struct smallest_networks {
  static constexpr int top = 0;
  template <int>
  using generator = smallest_critic;
  template <int>
  using critic = smallest_critic;
};
template <class Networks>
using told_alike = std::conditional_t<are_told_alike<Networks>(std::make_integer_sequence<int, Networks::top + 1>{}),
                                      Networks, smallest_networks>;

}  // namespace detail

}  // namespace hepgan
