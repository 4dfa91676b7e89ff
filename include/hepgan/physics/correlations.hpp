// How the observables of events go together: distributions of one observable at a time leave that open.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/physics/observables.hpp>
#include <limits>

namespace hepgan::physics {

/// Of the table, those that are one number an event, in its order.
inline constexpr std::size_t event_observables = [] {
  std::size_t n = 0;
  for (const observable& o : observables) n += !o.each_jet;
  return n;
}();
inline constexpr std::array<const observable*, event_observables> correlated = [] {
  std::array<const observable*, event_observables> all{};
  std::size_t n = 0;
  for (const observable& o : observables)
    if (!o.each_jet) all[n++] = &o;
  return all;
}();

/// Pearson's coefficients, from −1 to 1, of `correlated`.
using correlation_matrix = std::array<std::array<double, event_observables>, event_observables>;

/// Over the events that have all of them, which are those with two jets or more; NaN where no two events do. What never
/// varies goes with nothing: its coefficients are 0.
inline correlation_matrix correlations(const jet_events& events) {
  constexpr std::size_t n = event_observables;
  using row = std::array<double, n>;
  std::vector<row> all;
  for (std::int64_t i = 0; i < events.size(); ++i) {
    const auto event = events[i];
    if (!std::ranges::all_of(correlated, [&](const observable* o) { return o->count(event.size()) > 0; })) continue;
    row r;
    for (std::size_t k = 0; k < n; ++k) r[k] = correlated[k]->of(event, 0);
    all.push_back(r);
  }
  if (all.size() < 2) {
    correlation_matrix unknown;
    for (row& r : unknown) r.fill(std::numeric_limits<double>::quiet_NaN());
    return unknown;
  }
  correlation_matrix c{};  // sums of products of deviations first
  row mean{};
  std::array<bool, n> varies{};
  for (const row& r : all)
    for (std::size_t k = 0; k < n; ++k) mean[k] += r[k] / double(all.size()), varies[k] |= r[k] != all[0][k];
  for (const row& r : all)
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t l = 0; l < n; ++l) c[k][l] += (r[k] - mean[k]) * (r[l] - mean[l]);
  row length;
  for (std::size_t k = 0; k < n; ++k) length[k] = std::sqrt(c[k][k]);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l)
      c[k][l] = k == l ? 1 : varies[k] && varies[l] ? c[k][l] / length[k] / length[l] : 0;
  return c;
}

/// The largest difference of any coefficient. Two samples of n events of one distribution differ by about √(2/n) in
/// each, (1 − r²) of that where observables go together.
inline double largest_difference(const correlation_matrix& a, const correlation_matrix& b) {
  double most = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    for (std::size_t l = 0; l < a.size(); ++l) {
      const double apart = std::abs(a[k][l] - b[k][l]);
      if (std::isnan(apart)) return apart;
      most = (std::max)(most, apart);
    }
  return most;
}

}  // namespace hepgan::physics
