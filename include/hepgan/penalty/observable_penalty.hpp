// Observables of generated events, held to what real events have: what physics knows, beside what a critic finds.
#pragma once
#include <hepgan/penalty/observed_events.hpp>
#include <limits>

namespace hepgan {

/// How far a batch's observables are from those of real events, both as rows of an event each:
///   add(values, conditions)                         more real events
///   distance(values, conditions, slopes) → double   of a batch, and what it changes by with each of its values
/// with a `name` for errors. Where events have conditions, rows of them which are empty else, it is the joint
/// distribution of observables and conditions that is compared.
template <class D, class Real = float>
concept distance_policy = requires(D d, rows<const Real> values, rows<const Real> conditions, rows<Real> slopes) {
  { D::name } -> std::convertible_to<const char*>;
  d.add(values, conditions);
  { d(values, conditions, slopes) } -> std::same_as<double>;
};

/// weight · distance(observables of the generator's batch, those of real events), under conditions if the real events
/// had some. It owns the room for a batch: one penalty is for one thread of training.
template <class Observables, class Distance, class Real = float>
requires observable_policy<Observables, Real> && distance_policy<Distance, Real>
class observable_penalty {
 public:
  observable_penalty(Observables o, Distance d, double weight)
      : batch_(Distance::name, std::move(o)), distance_(std::move(d)), weight_(weight) {}

  /// Adds real events to the reference, and their conditions, a row for each, if the generator takes some. Of events
  /// that are refused for their observables some may have been added.
  void add(rows<const Real> events, rows<const Real> conditions = {}) {
    if (weight_ == 0) return;
    batch_.expect(events);
    if (!filled_) conditions_ = conditions.empty() ? 0 : conditions.width;
    expect_conditions(conditions, events.size());
    if (!detail::all_finite(conditions.flat))
      throw error({Distance::name, ": found a real event with a condition that is not finite, expected numbers"});
    for (std::size_t left = events.size(), n; left > 0; left -= n) {  // in pieces: every event wants a record
      n = (std::min)(left, std::size_t(256));
      batch_.evaluate(piece(events, left, n));
      if (!batch_.finite())
        throw error({Distance::name, ": found a real event with an observable that is not finite, expected numbers"});
      distance_.add(batch_.values(), conditions_ ? piece(conditions, left, n) : conditions);
      filled_ = true;
    }
  }

  /// The penalty of a batch, of conditions like the reference's; its gradient is added. Sums run in order.
  double operator()(rows<const Real> events, rows<Real> gradient, rows<const Real> conditions = {}) {
    if (weight_ == 0) return 0;
    if (!filled_) throw error({Distance::name, ": found no reference, expected real events by add() first"});
    batch_.expect(events), expect_gradient(events, gradient), expect_conditions(conditions, events.size());
    batch_.evaluate(events);
    if (!batch_.finite()) return std::numeric_limits<double>::quiet_NaN();
    const double found = distance_(batch_.values(), conditions, batch_.slopes());
    batch_.pull_back(events, static_cast<Real>(weight_), gradient);
    return weight_ * found;
  }

 private:
  void expect_gradient(rows<const Real> events, rows<Real> gradient) const {
    if (gradient.width != events.width)  // the sentence is a string
      expect_size((std::string(Distance::name) + ", pixels of a gradient").c_str(), gradient.width, events.width);
    expect_size(Distance::name, gradient.flat.size(), events.flat.size());
  }
  /// As many numbers for each event as the reference has.
  void expect_conditions(rows<const Real> conditions, std::size_t events) const {
    if (const std::size_t found = conditions.empty() ? 0 : conditions.width; found != conditions_)
      expect_size((std::string(Distance::name) + ", conditions of an event").c_str(), found, conditions_);
    expect_size(Distance::name, conditions.flat.size(), events * conditions_);
  }
  /// n rows, the first of those that are left.
  static rows<const Real> piece(rows<const Real> all, std::size_t left, std::size_t n) {
    return {all.flat.last(left * all.width).first(n * all.width), all.width};
  }

  observed_events<Observables, Real> batch_;
  Distance distance_;
  double weight_;
  bool filled_ = false;
  std::size_t conditions_ = 0;  ///< of an event of the reference
};

}  // namespace hepgan
