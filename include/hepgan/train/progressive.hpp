// Progressive growing (Karras et al., arXiv:1710.10196): a GAN of 4×4 images that is given a level more each time it
// has learned one, faded in beside what was there.
#pragma once
#include <algorithm>
#include <concepts>
#include <functional>
#include <hepgan/layers/activations.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/grow.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/train/average.hpp>
#include <hepgan/train/gan.hpp>
#include <hepgan/train/growing_policies.hpp>
#include <hepgan/train/image_sizes.hpp>
#include <hepgan/train/sampler.hpp>
#include <limits>
#include <memory>
#include <utility>

namespace hepgan {

/// When a network grows.
struct growth {
  std::int64_t steps_per_level = 10000;  ///< of training; the last level goes on
  double fading = 0.5;                   ///< the share of a level's steps in which it is faded in
};

/// Owns a training run but its data, as `gan` does, with the networks of the level that it has come to. Optimizers
/// begin anew with each level. Networks: `top`, the last level, and types `generator<level>` and `critic<level>` of
/// images twice as large at each, such as `progressive` (models/progressive.hpp), all of the same conditions.
template <class WantedNetworks, class LossPolicy = wasserstein, class OptimizerPolicy = adam,
          class PenaltyPolicy = gradient_penalty, class EventPenaltyPolicy = no_penalty>
class progressive_gan {
  using Networks = detail::told_alike<WantedNetworks>;
  using checked = detail::growing_policies<Networks, LossPolicy, OptimizerPolicy, PenaltyPolicy, EventPenaltyPolicy>;
  using Loss = typename detail::over_scores<typename checked::loss>::loss;
  using Optimizer = typename checked::optimizer;
  using Penalty = typename checked::penalty;
  using EventPenalty = typename checked::event_penalty;
  static constexpr bool penalises_events = !std::is_same_v<EventPenalty, no_penalty>;
  static constexpr int top = Networks::top;
  using last_generator = typename Networks::template generator<top>;
  static constexpr shape image = last_generator::output;
  template <int Level>
  using gan_of =
      gan<typename Networks::template generator<Level>, typename Networks::template critic<Level>, Loss, Optimizer,
          Penalty, std::conditional_t<penalises_events, detail::given_penalty<EventPenalty>, no_penalty>>;
  using blocks = parameters_base<float>;
  using initialiser = std::function<double(const random_stream&, std::uint64_t, int, bool)>;  ///< any

  /// A level's networks, whatever their types.
  struct any_stage {
    struct parts {
      typename gan_of<top>::training& networks;
      blocks &generator, &critic, &averaged;
    };
    virtual ~any_stage() = default;
    virtual parts all() = 0;
    virtual void follow() = 0;  ///< the average, the generator
  };
  template <int Level>
  struct stage : any_stage {
    using generator = typename Networks::template generator<Level>;
    using critic = typename Networks::template critic<Level>;
    gan_of<Level> networks;
    moving_average<generator> average;

    stage(int batch, const typename gan_of<Level>::policies& p, double decay, std::uint64_t seed,
          const initialiser& draw)
        : networks(batch, p, seed, std::cref(draw)), average(decay, networks.generator) {
      if constexpr (Level > 0)
        static_assert(detail::grows_from<generator, typename Networks::template generator<Level - 1>>() &&
                      detail::grows_from<critic, typename Networks::template critic<Level - 1>>());
    }
    typename any_stage::parts all() override {
      return {networks, networks.generator, networks.critic, average.value()};
    }
    void follow() override { average.update(networks.generator); }
  };

  static Optimizer usual_optimizer() {
    Optimizer o{};
    if constexpr (std::derived_from<Optimizer, adam>) o.learning_rate = 1e-3, o.beta1 = 0, o.beta2 = 0.99;
    return o;
  }
  static Loss usual_loss() {
    Loss loss{};
    if constexpr (std::derived_from<Loss, wasserstein>) loss.drift = 1e-3;
    return loss;
  }

 public:
  /// As gan's, in whose place these stand.
  struct policies {
    Loss loss = usual_loss();
    Optimizer optimizer = usual_optimizer();
    Optimizer critic_optimizer = optimizer;
    Penalty penalty{};
    EventPenalty event_penalty{};  ///< on images of the last level alone
    double flip_rate = 0;
    growth grows{};
    double decay = 0.999;  ///< of the generator's moving average, which samples
    double threshold = 0;  ///< of a `threshold` in the output: of training from the end of the last fade on
  };

  /// Equalised layers, as `progressive` has, want weights of N(0, 1).
  template <class Initialiser = normal>
  progressive_gan(int batch, policies p, std::uint64_t seed, Initialiser draw = {1})
      : policies_(std::move(p)), batch_(batch), seed_(seed) {
    static_assert(detail::is_initialiser<Initialiser>,
                  "hepgan: this is not an initialiser: init/initialisers.hpp says what one is");
    if constexpr (detail::is_initialiser<Initialiser>) draw_ = draw;
    if (policies_.grows.steps_per_level < 1 || !(policies_.grows.fading >= 0 && policies_.grows.fading <= 1))
      throw error({"growth: found ", policies_.grows.steps_per_level, " steps per level, of which ",
                   policies_.grows.fading, " fade, expected at least 1 and a share of 0 to 1"});
    now_ = stage_at(0, 0);
  }

  int batch() const { return batch_; }
  int level() const { return level_; }
  std::int64_t steps() const { return steps_; }
  /// Share of the level's image that is its own.
  double alpha() const {
    if (level() == 0) return 1;
    const double into = static_cast<double>(steps_ - level() * policies_.grows.steps_per_level);
    const double fading = policies_.grows.fading * static_cast<double>(policies_.grows.steps_per_level);
    return fading > 0 ? std::clamp(into / fading, 0.0, 1.0) : 1;
  }

  /// One step on a batch of images of the last level's size, which are averaged to this level's, and their conditions,
  /// a row for each event. What is refused in the first step of a level leaves all at the level before.
  step_result step(std::span<const float> real, std::span<const float> conditions = {}) {
    expect_size("progressive_gan::step", real.size(), std::size_t(batch_) * image.size());
    expect_size("progressive_gan::step, conditions", conditions.size(),
                std::size_t(batch_) * conditions_of<last_generator>);
    if (level() == top || steps_ < (level() + 1) * policies_.grows.steps_per_level)
      return step_at_level(real, conditions);
    return at_stage(grown(), level_ + 1, [&] { return step_at_level(real, conditions); });
  }

  /// Events [first, first + n) of the seed, and of these conditions, by the averaged generator, each pixel repeated up
  /// to the last level's size.
  void sample(std::uint64_t seed, std::uint64_t first, std::int64_t n, std::span<float> images,
              std::span<const float> conditions = {}) {
    with_stage([&](auto& s) {
      sampler<typename std::remove_reference_t<decltype(s)>::generator> made(s.average.value());
      sample_enlarged(made, image.height, seed, first, n, images, conditions);
    });
  }

  /// f(stage), of the level at hand: its `networks`, a gan, and the `average` of its generator.
  template <class F>
  decltype(auto) with_stage(F f) {
    return at_level(level_,
                    [&]<int Level>(at<Level>) -> decltype(auto) { return f(static_cast<stage<Level>&>(*now_)); });
  }
  template <class F>
  decltype(auto) with_stage(F f) const {
    return at_level(level_,
                    [&]<int Level>(at<Level>) -> decltype(auto) { return f(static_cast<const stage<Level>&>(*now_)); });
  }
  /// What a checkpoint holds: another level's networks after so many steps, as fill(stage) makes them of what is drawn.
  /// Where that throws, all stays as it was.
  template <class F>
  void restore(std::int64_t level, std::int64_t steps, F fill) {
    if (level < 0 || level > top || steps < 0)
      throw error({"progressive_gan: found level ", level, " after ", steps, " steps, expected a level from 0 to ", top,
                   " after 0 or more"});
    const int to = static_cast<int>(level);
    at_stage(stage_at(to, steps), to, [&] { with_stage(fill); });
    steps_ = steps;
  }
  /// As drawn.
  void restore(std::int64_t level, std::int64_t steps) {
    restore(level, steps, [](auto&) {});
  }
  std::size_t bytes() const {
    return with_stage([](const auto& s) { return s.networks.tape_bytes(); });
  }

 private:
  template <int Level>
  using at = std::integral_constant<int, Level>;
  /// f(a constant), of a level; `Level` is not above it.
  template <int Level = 0, class F>
  static decltype(auto) at_level(int level, F f) {
    if constexpr (Level < top)
      if (level != Level) return at_level<Level + 1>(level, f);
    return f(at<Level>{});
  }
  /// Networks as drawn, after so many steps.
  std::unique_ptr<any_stage> stage_at(int level, std::int64_t steps) const {
    const typename gan_of<top>::policies p{.loss = policies_.loss,
                                           .optimizer = policies_.optimizer,
                                           .critic_optimizer = policies_.critic_optimizer,
                                           .penalty = policies_.penalty,
                                           .flip_rate = policies_.flip_rate};
    auto made = at_level(level, [&]<int Level>(at<Level>) -> std::unique_ptr<any_stage> {
      return std::unique_ptr<any_stage>(new stage<Level>(batch_, p, policies_.decay, seed_, draw_));
    });
    auto& networks = made->all().networks;
    networks.steps = steps;  // latent vectors go on
    if constexpr (penalises_events)
      if (level == top) networks.event_penalty.given = policies_.event_penalty;
    return made;
  }
  step_result step_at_level(std::span<const float> real, std::span<const float> conditions) {
    const double now = alpha();
    const auto s = now_->all();
    fade(s.generator, now), fade(s.critic, now);
    // what lies below a threshold has no slope: images of few large pixels would never come back from there
    set_scalar(s.generator, threshold::name,
               level() == top && now >= 1 ? policies_.threshold : -std::numeric_limits<double>::infinity());
    const step_result r = s.networks.step(seen(real, now), conditions);
    if (r.trained.generator) now_->follow();
    fade(s.averaged, now), set_scalar(s.averaged, threshold::name, level() == top ? policies_.threshold : 0);
    ++steps_;
    return r;
  }
  /// f(), with these networks of a level; where that throws, those before are back.
  template <class F>
  auto at_stage(std::unique_ptr<any_stage> next, int level, F f) {
    std::unique_ptr<any_stage> before = std::exchange(now_, std::move(next));
    const int level_before = std::exchange(level_, level);
    try {
      return f();
    } catch (...) {
      now_ = std::move(before), level_ = level_before;
      throw;
    }
  }
  /// The networks of the next level.
  std::unique_ptr<any_stage> grown() const {
    std::unique_ptr<any_stage> next = stage_at(level_ + 1, steps_);
    const auto old = now_->all(), to = next->all();
    detail::grow_blocks(old.generator, to.generator), detail::grow_blocks(old.critic, to.critic);
    detail::grow_blocks(old.averaged, to.averaged);
    return next;
  }
  /// Real images as this level's critic sees them: α of their own size, 1 − α of half of it.
  std::span<const float> seen(std::span<const float> real, double alpha) {
    const int size = image.height >> (top - level_), factor = image.height / size;
    real_.resize(real.size() / factor / factor);
    average_images(real, image.height, factor, real_);
    if (alpha < 1) fade_images(real_, size, static_cast<float>(alpha));
    return real_;
  }

  policies policies_;
  int batch_;
  std::uint64_t seed_;
  initialiser draw_;
  std::int64_t steps_ = 0;
  int level_ = 0;
  std::unique_ptr<any_stage> now_;
  std::vector<float> real_;
};

}  // namespace hepgan
