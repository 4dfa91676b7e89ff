// Observables of a batch of events, and the way back from what is made of them to the pixels.
#pragma once
#include <concepts>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/rows.hpp>
#include <hepgan/penalty/real_events.hpp>
#include <span>
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

/// Owns the room for a batch, and works on its events in parallel.
template <class Observables, class Real>
requires observable_policy<Observables, Real>
class observed_events {
 public:
  explicit observed_events(Observables o) : observables_(std::move(o)) {}

  std::size_t count() const { return observables_.count; }
  [[gnu::noinline]] void evaluate(rows<const Real> events) {
    const std::size_t n = events.size();
    records_.resize(n), values_.resize(n * count()), slopes_.resize(n * count());
    parallel_for(static_cast<std::int64_t>(n),
                 [&](std::int64_t i) { observables_.evaluate(events[i], row(values_, i), records_[i]); });
  }
  /// Real events, to others that are known.
  [[gnu::noinline]] void add(rows<const Real> events, rows<const Real> conditions, detail::real_events<Real>& to) {
    constexpr std::size_t at_once = 256;  // every event wants a record
    for (std::size_t first = 0; first < events.size(); first += at_once) {
      evaluate(part(events, first, at_once));
      to.add(values(), conditions.empty() ? conditions : part(conditions, first, at_once));
    }
  }
  rows<const Real> values() const { return {values_, count()}; }
  /// Of what is made of the values, for the caller to fill.
  rows<Real> slopes() { return {slopes_, count()}; }
  /// Adds Σ weight · slope · ∂value/∂pixel to the gradient.
  [[gnu::noinline]] void pull_back(rows<const Real> events, Real weight, rows<Real> gradient) {
    for (Real& s : slopes_) s *= weight;
    parallel_for(static_cast<std::int64_t>(events.size()), [&](std::int64_t i) {
      observables_.pull_back(records_[i], events[i], std::span<const Real>(row(slopes_, i)), gradient[i]);
    });
  }

 private:
  /// At most n rows.
  static rows<const Real> part(rows<const Real> all, std::size_t first, std::size_t n) {
    return {all.flat.subspan(first * all.width, (std::min)(n, all.size() - first) * all.width), all.width};
  }
  std::span<Real> row(std::vector<Real>& numbers, std::size_t event) const {
    return std::span(numbers).subspan(event * count(), count());
  }

  Observables observables_;
  std::vector<record_of<Observables, Real>> records_;  ///< of each event
  std::vector<Real> values_, slopes_;                  ///< [event][observable]
};

}  // namespace hepgan
