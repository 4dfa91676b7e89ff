// Learning rates that change with the steps. A rate depends on the step alone, so that a run may be given more epochs.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/optim/optimizer.hpp>
#include <numbers>

namespace hepgan {

/// A value s(step) that multiplies the learning rate in step 1, 2, …; a decay begins in the first with 1.
template <class S>
concept schedule_policy = requires(const S s, std::int64_t step) {
  { s(step) } -> std::convertible_to<double>;
};

/// Another optimizer whose learning rate follows a schedule: scheduled<adam, cosine_decay>{{2e-4}, {10000}}.
template <optimizer_policy Optimizer, schedule_policy Schedule>
struct scheduled : Optimizer {
  Schedule schedule{};

  template <class Real>
  auto rule(const step_view<Real>& at) const {
    Optimizer now = *this;
    now.learning_rate *= schedule(at.step);
    return now.rule(at);
  }
};

/// Halves every `steps` (0: never).
struct half_life {
  double steps = 0;
  double operator()(std::int64_t step) const {
    return steps > 0 ? std::exp2(-static_cast<double>(step - 1) / steps) : 1;
  }
};
template <optimizer_policy Optimizer>
using decaying = scheduled<Optimizer, half_life>;

/// From nearly 0 to 1 over the first `steps`, linearly (Goyal et al., arXiv:1706.02677).
struct linear_warmup {
  double steps = 0;
  double operator()(std::int64_t step) const {
    return steps > 0 ? (std::min)(1.0, static_cast<double>(step) / steps) : 1;
  }
};

/// 1 until so many steps are done as `from`, then linearly to 0 after `until`, as WGAN-GP's code decays.
struct linear_decay {
  double from = 0, until = 0;
  double operator()(std::int64_t step) const {
    if (until <= from) return 1;
    return std::clamp((until - static_cast<double>(step - 1)) / (until - from), 0.0, 1.0);
  }
};

/// From 1 to `least` over half a cosine of so many steps, then `least` (Loshchilov and Hutter, arXiv:1608.03983).
struct cosine_decay {
  double steps = 0, least = 0;
  double operator()(std::int64_t step) const {
    if (steps <= 0) return 1;
    const double way = (std::min)(1.0, static_cast<double>(step - 1) / steps);
    return least + (1 - least) * 0.5 * (1 + std::cos(std::numbers::pi * way));
  }
};

/// Both, one after another: their product, such as product<linear_warmup, cosine_decay>.
template <schedule_policy... Schedules>
struct product : Schedules... {
  double operator()(std::int64_t step) const { return (Schedules::operator()(step) * ... * 1.0); }
};

}  // namespace hepgan
