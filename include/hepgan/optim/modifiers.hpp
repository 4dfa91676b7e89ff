// What may be added to an optimizer: weight decay, bounds for weights and gradients, a rate for each layer. Each is an
// optimizer again, of the same moments and the same single sweep, so that they nest in any order.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <hepgan/core/parallel.hpp>
#include <hepgan/layers/kinds.hpp>
#include <hepgan/optim/optimizers.hpp>
#include <limits>

namespace hepgan {

namespace detail {

/// ‖x‖, by sums of parts whose number does not depend on the threads.
template <class Real>
[[gnu::noinline]] double length_of(std::span<const Real> x) {
  constexpr std::int64_t parts = 64;
  std::array<double, parts> sums;
  const auto n = static_cast<std::int64_t>(x.size());
  parallel_for(parts, [&](std::int64_t p) {
    double sum = 0;
    for (std::int64_t i = p * n / parts; i < (p + 1) * n / parts; ++i) sum += double(x[i]) * x[i];
    sums[p] = sum;
  });
  double sum = 0;
  for (const double s : sums) sum += s;
  return std::sqrt(sum);
}

}  // namespace detail

/// A schedule changes the rate of all that is inside it.
template <class Optimizer>
concept unscheduled = optimizer_policy<Optimizer> && !requires(Optimizer o) {
  o.schedule;
};

/// Weights shrink by η·weight_decay in each step, beside what the gradient does (Loshchilov and Hutter,
/// arXiv:1711.05101).
template <optimizer_policy Optimizer>
struct decoupled_decay : Optimizer {
  double weight_decay = 1e-2;
  static_assert(unscheduled<Optimizer>, "hepgan: a schedule goes around weight decay, scheduled<decoupled_decay<...>>");

  template <class Real>
  auto rule(const step_view<Real>& at) const {
    return [inner = Optimizer::rule(at), keep = Real(1 - this->learning_rate * weight_decay)]<class V>(
               V lanes, auto w, auto g, auto&... m) { return inner(lanes, V::all(keep) * w, g, m...); };
  }
};
using adamw = decoupled_decay<adam>;

/// No weight leaves [−bound, bound]: WGAN's way to a critic of bounded slope (Arjovsky et al., arXiv:1701.07875, 0.01).
template <optimizer_policy Optimizer>
struct weight_clipped : Optimizer {
  double bound = std::numeric_limits<double>::infinity();

  template <class Real>
  auto rule(const step_view<Real>& at) const {
    return [inner = Optimizer::rule(at), bound = Real(bound)]<class V>(V lanes, auto w, auto g, auto&... m) ->
           typename V::type {
             using maths::select;
             const auto next = inner(lanes, w, g, m...);
             const auto below = select(next > V::all(bound), V::all(bound), next);  // what is no number stays so
             return select(below < V::all(-bound), V::all(-bound), below);
           };
  }
};

/// A gradient longer than `longest`, over all layers, is shortened to it (Pascanu et al., arXiv:1211.5063), before the
/// optimizer inside sees it.
template <optimizer_policy Optimizer>
struct gradient_clipped : Optimizer {
  double longest = std::numeric_limits<double>::infinity();
  static constexpr bool clips_gradients = true;

  template <class Real>
  auto rule(const step_view<Real>& at) const {
    const double length = std::isinf(longest) ? 0 : at.gradient_scale * detail::length_of(at.whole_gradient);
    const double scale = length > longest ? longest / length : 1;
    step_view<Real> shortened = at;
    shortened.gradient_scale *= scale;
    return [inner = Optimizer::rule(shortened), scale = Real(scale)]<class V>(V lanes, auto w, auto g, auto&... m) {
      return inner(lanes, w, V::all(scale) * g, m...);
    };
  }
};

/// A rate for each layer, η·trust·‖w‖/(‖g‖ + β‖w‖) with weight decay β, for large batches (LARS; You et al.,
/// arXiv:1708.03888). `clipped`: the layer's rate is at most η itself, which is LARC's. A layer of zeros, and one
/// without gradient, has the rate η.
template <optimizer_policy Optimizer>
struct layerwise_adaptive : Optimizer {
  double trust = 1e-3, weight_decay = 0;
  bool clipped = false;
  static constexpr bool layerwise = true;
  static_assert(unscheduled<Optimizer>, "hepgan: a schedule goes around the layers' rates, scheduled<lars, ...>");
  static_assert(
      requires { Optimizer::linear; },
      "hepgan: a rate for each layer scales its gradient, which this optimizer divides out again: sgd does not");

  static_assert(
      !requires { Optimizer::clips_gradients; },
      "hepgan: gradients are clipped around the layers' rates, gradient_clipped<lars>");

  template <class Real>
  auto rule(const step_view<Real>& at) const {
    const double weights = detail::length_of(at.weights), slope = at.gradient_scale * detail::length_of(at.gradient);
    double ratio = weights > 0 && slope > 0 ? trust * weights / (slope + weight_decay * weights) : 1;
    if (clipped) ratio = (std::min)(ratio / this->learning_rate, 1.0);
    return [inner = Optimizer::rule(at), ratio = Real(ratio), decay = Real(weight_decay)]<class V>(V lanes, auto w,
                                                                                                   auto g, auto&... m) {
      return inner(lanes, w, V::all(ratio) * (g + V::all(decay) * w), m...);
    };
  }
};
using lars = layerwise_adaptive<sgd>;

}  // namespace hepgan
