// Observables of generated events, held to what real events have: what physics knows, beside what a critic finds.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/rows.hpp>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hepgan {

namespace detail {

template <class O, class Real>
concept has_record_of = requires {
  typename O::template record<Real>;
};
template <class O, class Real>
concept has_record = !has_record_of<O, Real> && requires {
  typename O::record;
};
template <class O, class Real>
struct record_of {};
template <class O, class Real>
requires has_record<O, Real>
struct record_of<O, Real> {
  using type = typename O::record;
};
template <class O, class Real>
requires has_record_of<O, Real>
struct record_of<O, Real> {
  using type = typename O::template record<Real>;
};

}  // namespace detail

/// Of an event of these numbers: O::record<Real>, or O::record where one serves all.
template <class O, class Real>
using record_of = typename detail::record_of<O, Real>::type;

/// `count` numbers of an event of `size` pixels:
///   evaluate(event, values, record)                writes values[count], and what pull_back needs of this event
///   pull_back(record, event, d_values, d_event)    adds Σ d_values[k] ∂values[k]/∂event, for almost every event
/// A `record` is used for one event after another, so that memory which it owns is allocated once. Trainings are in
/// float; what is a template of the numbers is in double too, where slopes are told from differences.
template <class O, class Real = float>
concept observable_policy = requires(const O o, std::span<const Real> event, std::span<Real> values,
                                     std::span<const Real> d_values, std::span<Real> d_event,
                                     record_of<O, Real>& record) {
  { o.count } -> std::convertible_to<int>;
  { o.size } -> std::convertible_to<int>;
  o.evaluate(event, values, record);
  o.pull_back(record, event, d_values, d_event);
};

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

namespace detail {

struct sample_scale {
  double mean, deviation;  ///< 1 where the numbers never vary: a difference then counts as it is
};
/// Of f(0), …, f(n − 1).
template <class F>
sample_scale scale_of(std::size_t n, F f) {
  double mean = 0, square = 0, least = f(0), most = least;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = f(i);
    mean += x / static_cast<double>(n), least = (std::min)(least, x), most = (std::max)(most, x);
  }
  for (std::size_t i = 0; i < n; ++i) square += (f(i) - mean) * (f(i) - mean) / static_cast<double>(n);
  return {mean, least < most ? std::sqrt(square) : 1};  // of equal numbers, rounding would make a tiny one
}

}  // namespace detail

/// weight · distance(observables of the generator's batch, those of real events), under conditions if the real events
/// had some. It owns the room for a batch: one penalty is for one thread of training.
template <class Observables, class Distance, class Real = float>
requires observable_policy<Observables, Real> && distance_policy<Distance, Real>
class observable_penalty {
 public:
  observable_penalty(Observables o, Distance d, double weight)
      : observables_(std::move(o)), distance_(std::move(d)), weight_(weight) {
    if (count() < 1) throw error(name() + ": found no observables, expected at least one");
  }

  /// Adds real events to the reference, and their conditions, a row for each, if the generator takes some.
  void add(rows<const Real> events, rows<const Real> conditions = {}) {
    if (weight_ == 0) return;
    expect_images(events);
    if (!filled_) conditions_ = conditions.empty() ? 0 : conditions.width;
    expect_conditions(conditions, events.size());
    for (std::size_t left = events.size(), n; left > 0; left -= n) {  // in pieces: every event wants a record
      n = (std::min)(left, std::size_t(256));
      evaluate(piece(events, left, n));
      if (!all_finite(values_))
        throw error(name() + ": found a real event with an observable that is not finite, expected numbers");
      distance_.add(all(std::as_const(values_)), conditions_ ? piece(conditions, left, n) : conditions);
      filled_ = true;
    }
  }

  /// The penalty of a batch, of conditions like the reference's; its gradient is added. Events are worked on in
  /// parallel, sums run in order.
  double operator()(rows<const Real> events, rows<Real> gradient, rows<const Real> conditions = {}) {
    if (weight_ == 0) return 0;
    expect_images(events);
    if (gradient.width != events.width)  // the sentence is a string
      expect_size((name() + ", pixels of a gradient").c_str(), gradient.width, events.width);
    expect_size(Distance::name, gradient.flat.size(), events.flat.size());
    if (!filled_) throw error(name() + ": no reference, expected real events by add() first");
    expect_conditions(conditions, events.size());
    evaluate(events);
    if (!all_finite(values_)) return std::numeric_limits<double>::quiet_NaN();
    const double found = distance_(all(std::as_const(values_)), conditions, all(slopes_));
    for (Real& s : slopes_) s *= static_cast<Real>(weight_);
    parallel_for(static_cast<std::int64_t>(events.size()), [&](std::int64_t i) {
      observables_.pull_back(records_[i], events[i], all(std::as_const(slopes_))[i], gradient[i]);
    });
    return weight_ * found;
  }

 private:
  static std::string name() { return Distance::name; }
  int count() const { return observables_.count; }
  void expect_images(rows<const Real> events) const {
    if (const std::size_t size = observables_.size; events.width != size)
      expect_size((name() + ", pixels of an event").c_str(), events.width, size);
    if (events.empty() || events.flat.size() % events.width != 0)
      throw error(name() + ": found " + std::to_string(events.flat.size()) + " pixels, expected a multiple of " +
                  std::to_string(events.width));
  }
  /// As many numbers for each event as the reference has.
  void expect_conditions(rows<const Real> conditions, std::size_t events) const {
    if (const std::size_t found = conditions.empty() ? 0 : conditions.width; found != conditions_)
      expect_size((name() + ", conditions of an event").c_str(), found, conditions_);
    expect_size(Distance::name, conditions.flat.size(), events * conditions_);
  }
  /// n rows, the first of those that are left.
  static rows<const Real> piece(rows<const Real> all, std::size_t left, std::size_t n) {
    return {all.flat.last(left * all.width).first(n * all.width), all.width};
  }
  rows<const Real> all(const std::vector<Real>& values) const { return {values, std::size_t(count())}; }
  rows<Real> all(std::vector<Real>& values) const { return {values, std::size_t(count())}; }
  static bool all_finite(const std::vector<Real>& values) {
    return std::ranges::all_of(values, [](Real v) { return std::isfinite(v); });
  }
  void evaluate(rows<const Real> events) {
    const std::size_t n = events.size();
    records_.resize(n), values_.resize(n * count()), slopes_.resize(n * count());
    parallel_for(static_cast<std::int64_t>(n),
                 [&](std::int64_t i) { observables_.evaluate(events[i], all(values_)[i], records_[i]); });
  }

  Observables observables_;
  Distance distance_;
  double weight_;
  bool filled_ = false;
  std::size_t conditions_ = 0;                         ///< of an event of the reference
  std::vector<record_of<Observables, Real>> records_;  ///< of each event of a batch
  std::vector<Real> values_, slopes_;                  ///< [event][observable]
};

}  // namespace hepgan
