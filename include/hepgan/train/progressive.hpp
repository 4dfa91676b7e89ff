// Progressive growing (Karras et al., arXiv:1710.10196): a GAN of 4×4 images that is given a level more each time it
// has learned one, faded in beside what was there.
#pragma once
#include <algorithm>
#include <hepgan/backend/native/resampling.hpp>
#include <hepgan/layers/activations.hpp>
#include <hepgan/loss/wasserstein.hpp>
#include <hepgan/net/grow.hpp>
#include <hepgan/penalty/gradient_penalty.hpp>
#include <hepgan/train/average.hpp>
#include <hepgan/train/gan.hpp>
#include <hepgan/train/sampler.hpp>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

namespace hepgan {

/// When a network grows.
struct growth {
  std::int64_t steps_per_level = 10000;  ///< of training; the last level goes on
  double fading = 0.5;                   ///< the share of a level's steps in which it is faded in
};

namespace detail {

/// Images of so many pixels per side through average_pool or nearest_up.
inline void resample_images(map_kind map, std::span<const float> from, int size, int factor, std::span<float> to) {
  const int made = map == map_kind::nearest_up ? size * factor : size / factor;
  op o{};
  o.geo = {.map = map, .stride = {factor, factor}};
  o.x.extent = shape(1, size, size), o.y.extent = shape(1, made, made);
  native::resampling_forward<arch::current, float>(
      {.what = &o, .batch = static_cast<int>(from.size() / (size * size)), .x = from.data(), .y = to.data()});
}

}  // namespace detail

/// Images of so many pixels per side as means of windows, `factor` to a side; and back, each pixel repeated.
inline void average_images(std::span<const float> from, int size, int factor, std::span<float> to) {
  detail::resample_images(map_kind::average_pool, from, size, factor, to);
}
inline void repeat_pixels(std::span<const float> from, int size, int factor, std::span<float> to) {
  detail::resample_images(map_kind::nearest_up, from, size, factor, to);
}
/// Events as `sampler::sample` makes them, each pixel repeated up to so many to a side.
template <network_type Generator>
void sample_enlarged(sampler<Generator>& made, int size, std::uint64_t seed, std::uint64_t first, std::int64_t n,
                     std::span<float> images, std::span<const float> conditions = {}) {
  constexpr shape own = Generator::output;
  expect_size("sample_enlarged", images.size(), std::size_t(n) * own.channels * size * size);
  std::vector<float> small(std::size_t(n) * own.size());
  made.sample(seed, first, n, small, conditions);
  repeat_pixels(small, own.height, size / own.height, images);
}
/// α of each pixel and 1 − α of the mean of the four where it lies: real events as a level that fades in sees them.
inline void fade_images(std::span<float> images, int size, float alpha) {
  parallel_for(static_cast<std::int64_t>(images.size()) / (size * size), [&](std::int64_t plane) {
    for (int h = 0; h < size; h += 2)
      for (int w = 0; w < size; w += 2) {
        float* const upper = &images[(plane * size + h) * size + w];
        float* const lower = upper + size;
        const float mean = (upper[0] + upper[1] + lower[0] + lower[1]) / 4;
        for (float* pixel : {upper, upper + 1, lower, lower + 1}) *pixel = alpha * *pixel + (1 - alpha) * mean;
      }
  });
}

namespace detail {

/// Said once, not at each level; the loss is replaced after its sentence, as in policies.hpp.
template <class Loss>
struct over_scores {
  using loss = std::conditional_t<Loss::embeddings, wasserstein, Loss>;
  static_assert(!Loss::embeddings, "hepgan: a growing critic has one score as output: this loss wants embeddings");
};

/// Whether all networks take as many conditions as the first; in a function, as in net/verdict.hpp.
template <class Networks, int... L>
constexpr bool are_told_alike(std::integer_sequence<int, L...>) {
  constexpr auto like_first = []<class N>(std::type_identity<N>) {
    using first = typename Networks::template generator<0>;
    return conditions_of<N> == conditions_of<first> || !well_formed<N> || !well_formed<first>;
  };
  constexpr bool alike = (like_first(std::type_identity<typename Networks::template generator<L>>{}) && ...) &&
                         (like_first(std::type_identity<typename Networks::template critic<L>>{}) && ...);
  static_assert(alike,
                "hepgan: networks that grow take the same conditions at every level, a critic those of its generator: "
                "as planes beside the image, or projected");
  return alike;
}
/// In place of networks of which the sentence was said.
struct smallest_networks {
  static constexpr int top = 0;
  template <int>
  using generator = smallest_critic;
  template <int>
  using critic = smallest_critic;
};
template <class Networks>
using told_alike = std::conditional_t<are_told_alike<Networks>(std::make_integer_sequence<int, Networks::top + 1>{}),
                                      Networks, smallest_networks>;

}  // namespace detail

/// Owns a training run but its data, as `gan` does, with the networks of the level that it has come to. Optimizers
/// begin anew with each level. Networks: `top`, the last level, and types `generator<level>` and `critic<level>` of
/// images twice as large at each, such as `progressive` (models/progressive.hpp), all of the same conditions.
template <class WantedNetworks, class WantedLoss = wasserstein, class OptimizerPolicy = adam,
          class PenaltyPolicy = gradient_penalty, class EventPenaltyPolicy = no_penalty>
class progressive_gan {
  using LossPolicy = typename detail::over_scores<WantedLoss>::loss;
  using Networks = detail::told_alike<WantedNetworks>;
  static constexpr int top = Networks::top;
  using last_generator = typename Networks::template generator<top>;
  static constexpr shape image = last_generator::output;
  template <int Level>
  struct stage {
    using generator = typename Networks::template generator<Level>;
    using gan_type = gan<generator, typename Networks::template critic<Level>, LossPolicy, OptimizerPolicy,
                         PenaltyPolicy, std::conditional_t<Level == top, EventPenaltyPolicy, no_penalty>>;
    static constexpr int level = Level, size = generator::output.height;
    gan_type networks;
    moving_average<generator> average;
    stage(int batch, const typename gan_type::policies& p, double decay, std::uint64_t seed)
        : networks(batch, p, seed, normal{1}), average(decay, networks.generator) {}
  };
  template <class Levels>
  struct stages_of;
  template <int... L>
  struct stages_of<std::integer_sequence<int, L...>> {
    using type = std::variant<std::unique_ptr<stage<L>>...>;
  };

  static OptimizerPolicy usual_optimizer() {
    OptimizerPolicy o{};
    if constexpr (requires { o.beta1, o.beta2; }) o.learning_rate = 1e-3, o.beta1 = 0, o.beta2 = 0.99;
    return o;
  }
  static LossPolicy usual_loss() {
    LossPolicy loss{};
    if constexpr (requires { loss.drift; }) loss.drift = 1e-3;
    return loss;
  }

 public:
  /// As gan's, in whose place these stand.
  struct policies {
    LossPolicy loss = usual_loss();
    OptimizerPolicy optimizer = usual_optimizer();
    PenaltyPolicy penalty{};
    EventPenaltyPolicy event_penalty{};  ///< on images of the last level alone
    growth grows{};
    double decay = 0.999;  ///< of the generator's moving average, which samples
    double threshold = 0;  ///< of a `threshold` in the output: of training from the end of the last fade on
  };

  progressive_gan(int batch, policies p, std::uint64_t seed) : policies_(std::move(p)), batch_(batch), seed_(seed) {
    if (policies_.grows.steps_per_level < 1 || !(policies_.grows.fading >= 0 && policies_.grows.fading <= 1))
      throw error("growth: found " + std::to_string(policies_.grows.steps_per_level) + " steps per level, of which " +
                  std::to_string(policies_.grows.fading) + " fade, expected at least 1 and a share of 0 to 1");
    begin<0>();
  }

  int batch() const { return batch_; }
  int level() const { return static_cast<int>(now_.index()); }
  std::int64_t steps() const { return steps_; }
  /// Share of the level's image that is its own.
  double alpha() const {
    if (level() == 0) return 1;
    const double into = static_cast<double>(steps_ - level() * policies_.grows.steps_per_level);
    const double fading = policies_.grows.fading * static_cast<double>(policies_.grows.steps_per_level);
    return fading > 0 ? std::clamp(into / fading, 0.0, 1.0) : 1;
  }

  /// One step on a batch of images of the last level's size, which are averaged to this level's, and their conditions,
  /// a row for each event.
  step_result step(std::span<const float> real, std::span<const float> conditions = {}) {
    expect_size("progressive_gan::step", real.size(), std::size_t(batch_) * image.size());
    expect_size("progressive_gan::step, conditions", conditions.size(),
                std::size_t(batch_) * conditions_of<last_generator>);
    if (level() < top && steps_ >= (level() + 1) * policies_.grows.steps_per_level) grow_once();
    const double now = alpha();
    ++steps_;
    return with_stage([&](auto& s) {
      set_scalars(s, now);
      const auto r = s.networks.step(seen(s, real, now), conditions);
      if (r.trained.generator) s.average.update(s.networks.generator);
      fade(s.average.value(), now), set_threshold(s.average.value(), level() == top ? policies_.threshold : 0);
      return r;
    });
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
    return std::visit([&](auto& s) -> decltype(auto) { return f(*s); }, now_);
  }
  template <class F>
  decltype(auto) with_stage(F f) const {
    return std::visit([&](const auto& s) -> decltype(auto) { return f(std::as_const(*s)); }, now_);
  }
  /// Another level's networks, as drawn, after so many steps: for what a checkpoint holds.
  void restore(int level, std::int64_t steps) {
    if (level < 0 || level > top || steps < 0)
      throw error("progressive_gan: found level " + std::to_string(level) + " after " + std::to_string(steps) +
                  " steps, expected a level from 0 to " + std::to_string(top));
    steps_ = steps;
    begin_at(level, std::make_integer_sequence<int, top + 1>{});
  }
  std::size_t bytes() const {
    return with_stage([](const auto& s) { return s.networks.tape_bytes(); });
  }

 private:
  using stages = typename stages_of<std::make_integer_sequence<int, top + 1>>::type;

  template <int Level>
  void begin() {
    now_ = std::make_unique<stage<Level>>(
        batch_,
        typename stage<Level>::gan_type::policies{
            .loss = policies_.loss, .optimizer = policies_.optimizer, .penalty = policies_.penalty},
        policies_.decay, seed_);
    auto& s = *std::get<Level>(now_);
    s.networks.steps = steps_;  // latent vectors go on
    if constexpr (Level == top) s.networks.event_penalty = policies_.event_penalty;
  }
  template <int... L>
  void begin_at(int level, std::integer_sequence<int, L...>) {
    ((L == level ? begin<L>() : void()), ...);
  }
  void grow_once() {
    const stages before = std::move(now_);
    std::visit(
        [&](const auto& old) {
          constexpr int next = std::remove_reference_t<decltype(*old)>::level + 1;
          if constexpr (next <= top) {
            begin<next>();
            auto& s = *std::get<next>(now_);
            grow(old->networks.generator, s.networks.generator), grow(old->networks.critic, s.networks.critic);
            s.average = {policies_.decay, s.networks.generator};
            grow(old->average.value(), s.average.value());
          }
        },
        before);
  }
  template <class Stage>
  void set_scalars(Stage& s, double alpha) {
    fade(s.networks.generator, alpha), fade(s.networks.critic, alpha);
    // what lies below a threshold has no slope: images of few large pixels would never come back from there
    set_threshold(s.networks.generator,
                  Stage::level == top && alpha >= 1 ? policies_.threshold : -std::numeric_limits<double>::infinity());
  }
  template <class N>
  static void set_threshold(parameters<N>& p, double t) {
    for (const op& o : layers_of<N>())
      if (o.name == std::string_view(threshold::name)) p.scalars()[o.scalars.offset] = static_cast<float>(t);
  }
  /// Real images as this level's critic sees them: α of their own size, 1 − α of half of it.
  template <class Stage>
  std::span<const float> seen(const Stage&, std::span<const float> real, double alpha) {
    constexpr int size = Stage::size;
    real_.resize(real.size() / (image.height / size) / (image.height / size));
    average_images(real, image.height, image.height / size, real_);
    if (alpha < 1) fade_images(real_, size, static_cast<float>(alpha));
    return real_;
  }

  policies policies_;
  int batch_;
  std::uint64_t seed_;
  std::int64_t steps_ = 0;
  stages now_;
  std::vector<float> real_;
};

}  // namespace hepgan
