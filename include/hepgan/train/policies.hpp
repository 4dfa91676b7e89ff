// The policies of a training, each checked in a sentence of its own.
#pragma once
#include <hepgan/init/initialisers.hpp>
#include <hepgan/layers/dense.hpp>
#include <hepgan/loss/standard.hpp>
#include <hepgan/net/compose.hpp>
#include <hepgan/net/tape.hpp>
#include <hepgan/optim/optimizers.hpp>
#include <hepgan/penalty/penalty.hpp>
#include <hepgan/reduce/local.hpp>
#include <type_traits>

namespace hepgan {

template <class Loss, class Optimizer, class Penalty, class EventPenalty, class Reducer>
class adversarial_training;  // train/adversarial.hpp

namespace detail {

// A constant where the compiler would tell all that a concept asks for.
template <class I>
inline constexpr bool is_initialiser = initialiser_policy<I>;
template <class L>
inline constexpr bool is_loss = loss_policy<L>;
template <class O>
inline constexpr bool is_optimizer = optimizer_policy<O>;
template <class P, class Critic>
inline constexpr bool is_penalty = penalty_policy<P, Critic, parameters<Critic>, tape<Critic>>;
template <class P, class Critic>
struct workspace_of {
  using type = char;
};
template <class P, class Critic>
requires requires { typename P::template workspace<Critic>; }
struct workspace_of<P, Critic> {
  using type = typename P::template workspace<Critic>;
};
/// A penalty that this critic cannot have is one still: what is wrong with the critic is said elsewhere.
struct smallest_critic : sequential<shape{1}, dense<1>> {};
template <class P, class Critic>
constexpr bool is_penalty_of_some_critic() {
  if constexpr (is_penalty<P, Critic>)
    return true;
  else
    return is_penalty<P, smallest_critic>;
}
template <class P>
inline constexpr bool is_event_penalty = event_penalty_policy<P>;
template <class R>
inline constexpr bool is_reducer = reducer_policy<R>;

/// In a function: clang takes no base from a class of which an assertion failed.
template <class Critic, class Loss, class Optimizer, class Penalty, class EventPenalty, class Reducer>
constexpr bool are_policies() {
  static_assert(is_loss<Loss>, "hepgan: this is not a loss: loss/loss.hpp says what one is");
  static_assert(is_optimizer<Optimizer>, "hepgan: this is not an optimizer: optim/optimizer.hpp says what one is");
  static_assert(is_penalty_of_some_critic<Penalty, Critic>(),
                "hepgan: this is not a penalty on a critic: penalty/penalty.hpp says what one is");
  static_assert(is_event_penalty<EventPenalty>,
                "hepgan: this is not a penalty on events: penalty/penalty.hpp says what one is");
  static_assert(is_reducer<Reducer>, "hepgan: this is not a reducer: reduce/local.hpp says what one is");
  return true;
}

/// What is none is replaced after its sentence, so that its uses say no more.
template <class Critic, class Loss, class Optimizer, class Penalty, class EventPenalty, class Reducer>
struct checked_policies {
  // whole before a concept asks for it: what a penalty has against this critic is then said in few lines
  using room = std::integral_constant<std::size_t, sizeof(typename workspace_of<Penalty, Critic>::type)>;
  using said = std::bool_constant<are_policies<Critic, Loss, Optimizer, Penalty, EventPenalty, Reducer>()>;
  using loss = std::conditional_t<is_loss<Loss>, Loss, standard_gan>;
  using optimizer = std::conditional_t<is_optimizer<Optimizer>, Optimizer, adam>;
  using penalty = std::conditional_t<is_penalty<Penalty, Critic>, Penalty, no_penalty>;
  using event_penalty = std::conditional_t<is_event_penalty<EventPenalty>, EventPenalty, no_penalty>;
  using reducer = std::conditional_t<is_reducer<Reducer>, Reducer, local_reducer>;
  using training = adversarial_training<loss, optimizer, penalty, event_penalty, reducer>;
};

}  // namespace detail
}  // namespace hepgan
