// Penalties: on the critic's gradient, on the generator's events, and none.
#pragma once
#include <concepts>
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/rows.hpp>
#include <type_traits>

namespace hepgan {

/// Random numbers of a penalty: a seed and the number of the batch's first event; and how many steps the critic has
/// made.
struct penalty_draw {
  std::uint64_t seed, event;
  std::int64_t critic_steps;
};

/// A value that sees the tapes which the critic's step has just swept, of which input and output are whole: it adds its
/// own gradient to `gradients`, and returns its value. (What a critic's output costs is part of a loss.) What it needs
/// beside, such as a tape of interpolated events, is its `workspace<Critic>`, made once for a batch size; its `bytes()`
/// are told with those of the tapes.
template <class P, class Critic, class Parameters, class Tape>
concept penalty_policy = requires(const P p, const Parameters& critic, Tape& on_real, Tape& on_fake,
                                  typename P::template workspace<Critic>& w, typename Tape::gradients_type& g,
                                  penalty_draw draw) {
  typename P::template workspace<Critic>;
  { w.bytes() } -> std::convertible_to<std::size_t>;
  { p(critic, on_real, on_fake, w, g, draw) } -> std::same_as<double>;
};

/// What is known of events beside what a critic finds, as a penalty on the generator: an object that sees the batch
/// that it made, a row of pixels in (c, h, w) order for each event, adds its gradient with respect to it, and returns
/// its value. It may take the conditions of the events too, a row for each, empty where there are none.
template <class P, class Real = float>
concept conditional_event_penalty = requires(P p, rows<const Real> events, rows<Real> gradient,
                                             rows<const Real> conditions) {
  { p(events, gradient, conditions) } -> std::convertible_to<double>;
};
template <class P, class Real = float>
concept event_penalty_policy = conditional_event_penalty<P, Real> ||
    requires(P p, rows<const Real> events, rows<Real> gradient) {
  { p(events, gradient) } -> std::convertible_to<double>;
};
/// Either.
template <class P, class Real>
requires event_penalty_policy<P, Real>
double penalise(P& penalty, rows<const Real> events, rows<Real> gradient, rows<const Real> conditions) {
  if constexpr (conditional_event_penalty<P, Real>)
    return penalty(events, gradient, conditions);
  else
    return penalty(events, gradient);
}

/// Of the critic, and of the events.
struct no_penalty {
  template <class Critic>
  struct workspace {
    explicit workspace(int) {}
    std::size_t bytes() const { return 0; }
  };
  template <class Parameters, class Tape, class Workspace, class Gradients>
  double operator()(const Parameters&, Tape&, Tape&, Workspace&, Gradients&, penalty_draw) const {
    return 0;
  }
  template <class Real>
  double operator()(rows<const Real>, rows<Real>) const {
    return 0;
  }
};

namespace detail {

/// Whether it ever adds anything to events.
template <class P>
constexpr bool is_there(const P&) {
  return !std::is_same_v<P, no_penalty>;
}

}  // namespace detail

}  // namespace hepgan
