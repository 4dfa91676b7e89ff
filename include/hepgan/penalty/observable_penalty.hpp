// Observables of generated events, held to what real events have: what physics knows, beside what a critic finds.
#pragma once
#include <hepgan/penalty/observed_events.hpp>
#include <hepgan/penalty/penalty.hpp>
#include <limits>

namespace hepgan {

/// How far a batch's observables are from those of real events, both as rows of an event each:
///   take(values, conditions)                        all real events, before the next batch when there are more of them
///   distance(values, conditions, slopes) → double   of a batch, and what it changes by with each of its values
/// with a `name` for errors. Where events have conditions, rows of them which are empty else, it is the joint
/// distribution of observables and conditions that is compared.
template <class D, class Real = float>
concept distance_policy = requires(D d, rows<const Real> values, rows<const Real> conditions, rows<Real> slopes) {
  { D::name } -> std::convertible_to<const char*>;
  d.take(values, conditions);
  { d(values, conditions, slopes) } -> std::same_as<double>;
};

/// weight · distance(observables of the generator's batch, those of real events), under conditions if the real events
/// had some. It owns the room for a batch: one penalty is for one thread of training.
template <class Observables, class Distance, class Real = float>
requires observable_policy<Observables, Real> && distance_policy<Distance, Real>
class observable_penalty {
 public:
  /// Of a distance made of these numbers.
  template <class... Number>
  observable_penalty(Observables o, double weight, Number... of_distance)
      : real_(Distance::name, o.size, o.count), batch_(std::move(o)), distance_(of_distance...), weight_(weight) {
    expect_weight(Distance::name, "weight", weight);
  }
  observable_penalty(const observable_penalty&) = default;
  observable_penalty& operator=(const observable_penalty&) = default;
  observable_penalty& operator=(observable_penalty&&) = default;
  // calls, as it goes from hand to hand before a training has it, and much is in it
  [[gnu::noinline]] observable_penalty(observable_penalty&&) = default;
  [[gnu::noinline]] ~observable_penalty() = default;

  /// Adds real events to the reference, and their conditions, a row for each, if the generator takes some. Of events
  /// that are refused for their observables some may have been added.
  void add(rows<const Real> events, rows<const Real> conditions = {}) {
    if (weight_ == 0) return;
    real_.expect_more(events, conditions), taken_ = false;
    batch_.add(events, conditions, real_);
  }

  /// The penalty of a batch, of conditions like the reference's; its gradient is added. Sums run in order.
  double operator()(rows<const Real> events, rows<Real> gradient, rows<const Real> conditions = {}) {
    if (weight_ == 0) return 0;
    real_.expect_batch(events, gradient, conditions);
    batch_.evaluate(events);
    if (!detail::all_finite(batch_.values().flat)) return std::numeric_limits<double>::quiet_NaN();
    if (!taken_) distance_.take(real_.values(), real_.conditions()), taken_ = true;
    const double found = distance_(batch_.values(), conditions, batch_.slopes());
    batch_.pull_back(events, static_cast<Real>(weight_), gradient);
    return weight_ * found;
  }

 private:
  detail::real_events<Real> real_;
  observed_events<Observables, Real> batch_;
  Distance distance_;
  double weight_;
  bool taken_ = false;  ///< by the distance: all real events
};

}  // namespace hepgan
