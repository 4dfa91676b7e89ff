// What losses over scores share: the mean of a function of one score, with its gradient.
#pragma once
#include <hepgan/loss/loss.hpp>
#include <span>

namespace hepgan::detail {

/// A function of a score, and its derivative.
struct term {
  double value, slope;
};

/// E f(score); d is its gradient, and may be empty. Sums run in order.
template <class Real, class F>
double mean_over_scores(std::span<const Real> score, std::span<Real> d, F f) {
  double sum = 0;
  const double n = static_cast<double>(score.size());
  for (std::size_t i = 0; i < score.size(); ++i) {
    const term t = f(double(score[i]));
    sum += t.value;
    if (!d.empty()) d[i] = static_cast<Real>(t.slope / n);
  }
  return sum / n;
}

}  // namespace hepgan::detail
