// How likely an event is to come of what a decoder says of it, p(x|z): the reconstruction term of a variational
// autoencoder, and how an event is drawn.
#pragma once
#include <cmath>
#include <concepts>
#include <cstdint>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/random.hpp>
#include <hepgan/core/rows.hpp>
#include <hepgan/layers/activations.hpp>
#include <hepgan/loss/scores.hpp>
#include <numbers>
#include <span>

namespace hepgan {

/// A value with
///   double l(x, made, d)                 of one event: −log p(x|z), summed over its numbers, up to a constant; `made`
///   is
///                                        what the decoder makes of z, d the gradient with respect to it
///   void l.draw(event, stream, first)    turns what the decoder made into an event drawn from p(x|z), in place, by the
///                                        stream's numbers from `first` on, one for each of its own
/// over any real type.
template <class L>
concept likelihood_policy = requires(const L l, std::span<const float> event, std::span<float> out,
                                     const random_stream& stream, std::uint64_t first) {
  { l(event, event, out) } -> std::same_as<double>;
  l.draw(out, stream, first);
};

namespace detail {

/// Σ −log p of an event's numbers: f(x, made) is one of them, and its slope in `made`.
template <class Real, class F>
double sum_over_numbers(std::span<const Real> x, std::span<const Real> made, std::span<Real> d, F f) {
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto [value, slope] = f(double(x[i]), double(made[i]));
    sum += value, d[i] = static_cast<Real>(slope);
  }
  return sum;
}

/// −log Φ(a), with its derivative −φ(a)/Φ(a); far below 0 by the asymptotic series of Mills' ratio (Abramowitz and
/// Stegun 26.2.12), where Φ underflows.
inline term minus_log_cdf(double a) {
  constexpr double half_log_of_2_pi = 0.91893853320467274;
  if (a > 9) return {0, 0};  // less than rounding; not so what is not a number
  if (a < -30) {
    const double u = 1 / (a * a), series = 1 - u * (1 - 3 * u * (1 - 5 * u));
    return {0.5 * a * a + std::log(-a) + half_log_of_2_pi - std::log(series), a / series};
  }
  const double below = 0.5 * std::erfc(-a / std::numbers::sqrt2);
  return {-std::log(below), -std::exp(-0.5 * a * a - half_log_of_2_pi) / below};
}

}  // namespace detail

/// x = made + σn: squared error, Σ(x − made)²/2σ².
struct gaussian_likelihood {
  double sigma = 1;

  template <class Real>
  double operator()(std::span<const Real> x, std::span<const Real> made, std::span<Real> d) const {
    const double weight = 1 / (sigma * sigma);
    return detail::sum_over_numbers(x, made, d, [=](double seen, double mean) {
      return detail::term{0.5 * weight * (mean - seen) * (mean - seen), weight * (mean - seen)};
    });
  }
  template <class Real>
  void draw(std::span<Real> event, const random_stream& stream, std::uint64_t first) const {
    for (Real& e : event) e += static_cast<Real>(sigma * stream.normal(first++));
  }
};

/// x is 1 with probability sigmoid(made), else 0; what lies between counts as a share of ones: cross entropy.
struct bernoulli_likelihood {
  template <class Real>
  double operator()(std::span<const Real> x, std::span<const Real> made, std::span<Real> d) const {
    return detail::sum_over_numbers(x, made, d, [](double seen, double logit) {
      return detail::term{softplus::value(logit) - seen * logit, sigmoid::value(logit) - seen};
    });
  }
  template <class Real>
  void draw(std::span<Real> event, const random_stream& stream, std::uint64_t first) const {
    for (Real& e : event) {
      const double logit = e;
      e = std::isnan(logit) ? e : Real(stream.uniform(first++) < sigmoid::value(logit));
    }
  }
};

/// x = made + σn where that is above the cut, else exactly 0 (Tobin, Econometrica 26 (1958) 24): what a cell with a cut
/// shows. A cell that is lit costs the squared error, one that is off −log Φ((cut − made)/σ), the probability to be so;
/// no output is held to 0, and a decoder needs no threshold, below which it would not learn.
struct censored_likelihood {
  double sigma = 1, cut = 0;

  template <class Real>
  double operator()(std::span<const Real> x, std::span<const Real> made, std::span<Real> d) const {
    const double scale = 1 / sigma;
    return detail::sum_over_numbers(x, made, d, [=, this](double seen, double mean) {
      if (seen == 0) {
        const auto off = detail::minus_log_cdf((cut - mean) * scale);
        return detail::term{off.value, -off.slope * scale};
      }
      const double pull = (mean - seen) * scale;
      return detail::term{0.5 * pull * pull, pull * scale};
    });
  }
  template <class Real>
  void draw(std::span<Real> event, const random_stream& stream, std::uint64_t first) const {
    for (Real& e : event) {
      const double value = e + sigma * stream.normal(first++);
      e = value <= cut ? Real(0) : static_cast<Real>(value);
    }
  }
};

/// What a decoder made of events [first, first + size) of a seed becomes events drawn from p(x|z), in place: event i of
/// a seed is the same in any batch and on any number of threads.
template <likelihood_policy Likelihood, class Real>
void draw_events(const Likelihood& likelihood, rows<Real> made, std::uint64_t seed, std::uint64_t first) {
  constexpr std::uint32_t observed = 1;  // beside the stream of latent vectors
  const random_stream stream(seed, purpose::variational, observed);
  parallel_for(static_cast<std::int64_t>(made.size()),
               [&](std::int64_t i) { likelihood.draw(made[i], stream, first_number(first + i, made.width)); });
}

}  // namespace hepgan
