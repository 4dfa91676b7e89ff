// The real events that a batch's observables are compared to, and what a batch must have for that.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/error.hpp>
#include <hepgan/core/rows.hpp>
#include <vector>

namespace hepgan::detail {

template <class Real>
[[gnu::noinline]] bool all_finite(std::span<const Real> numbers) {
  for (const Real x : numbers)
    if (!std::isfinite(x)) return false;
  return true;
}

/// Owns their observables, and their conditions if they have some. `name` is for errors.
template <class Real>
class real_events {
 public:
  [[gnu::noinline]] real_events(const char* name, int pixels, int observables)
      : name_(name), pixels_(pixels), observables_(observables) {
    if (observables < 1) refuse(": found no observables, expected at least one");
  }

  rows<const Real> values() const { return {values_, observables_}; }
  rows<const Real> conditions() const { return {conditions_, (std::max)(told_, std::size_t(1))}; }

  /// More of them, or an error.
  [[gnu::noinline]] void expect_more(rows<const Real> events, rows<const Real> conditions) const {
    expect(events, conditions, values_.empty() ? told_by(conditions) : told_);
  }
  [[gnu::noinline]] void add(rows<const Real> values, rows<const Real> conditions) {
    if (!all_finite(values.flat))
      refuse(": found a real event with an observable that is not finite, expected numbers");
    append(values_, values.flat), append(conditions_, conditions.flat);
    told_ = told_by(conditions);
  }
  /// A batch like them, and room for its gradient, or an error.
  [[gnu::noinline]] void expect_batch(rows<const Real> events, rows<Real> gradient, rows<const Real> conditions) const {
    if (values_.empty()) refuse(": found no reference, expected real events by add() first");
    expect(events, conditions, told_);
    expect_width("pixels of a gradient", gradient.width, events.width);
    expect_size(name_, gradient.flat.size(), events.flat.size());
  }

 private:
  static void append(std::vector<Real>& to, std::span<const Real> more) {
    to.resize(to.size() + more.size());
    std::copy_n(more.data(), more.size(), to.data() + to.size() - more.size());
  }
  static std::size_t told_by(rows<const Real> conditions) { return conditions.empty() ? 0 : conditions.width; }
  [[noreturn, gnu::noinline]] void refuse(const char* why) const { throw error({name_, why}); }
  [[gnu::noinline]] void expect_width(const char* what, std::size_t found, std::size_t expected) const {
    if (found != expected) throw error({name_, ", ", what, ": found ", found, " numbers, expected ", expected});
  }
  void expect(rows<const Real> events, rows<const Real> conditions, std::size_t told) const {
    expect_width("pixels of an event", events.width, pixels_);
    if (events.empty() || events.flat.size() % pixels_ != 0)
      throw error({name_, ": found ", events.flat.size(), " pixels, expected a multiple of ", pixels_});
    expect_width("conditions of an event", told_by(conditions), told);
    expect_size(name_, conditions.flat.size(), events.size() * told);
    if (!all_finite(conditions.flat)) refuse(": found an event with a condition that is not finite, expected numbers");
  }

  const char* name_;
  std::size_t pixels_, observables_, told_ = 0;  ///< of an event: so many pixels, observables and conditions
  std::vector<Real> values_, conditions_;        ///< [event][observable] and [event][condition]
};

}  // namespace hepgan::detail
