// A step of adversarial training, built of the free functions, for networks of any types.
#pragma once
#include <algorithm>
#include <hepgan/core/random.hpp>
#include <hepgan/train/kept_state.hpp>
#include <hepgan/train/latents.hpp>
#include <hepgan/train/policies.hpp>
#include <hepgan/train/steps.hpp>
#include <hepgan/train/train.hpp>

namespace hepgan {

/// What a GAN is trained with: name those that are not as they come, {.optimizer = {.learning_rate = 1e-4}}.
template <class Loss, class Optimizer, class Penalty, class EventPenalty, class Reducer>
struct gan_policies {
  Loss loss{};
  Optimizer optimizer{};                   ///< of both networks …
  Optimizer critic_optimizer = optimizer;  ///< … unless the critic has another: two time scales (arXiv:1706.08500)
  Penalty penalty{};
  EventPenalty event_penalty{};
  Reducer reduce{};
  double flip_rate = 0;
};

/// What a gan is but for the types of its networks and policies: a step, whose turns the policies tell.
class adversarial_base {
 public:
  double flip_rate;  ///< probability, per batch, that real and fake labels are swapped in the critic's step
  std::uint64_t seed;
  std::int64_t steps = 0;

  /// One step on one real batch, [batch][image] pixels in (c, h, w) order, and its conditions, a row for each event, or
  /// an error: both networks learn from the same fakes, of the same conditions, each when it is its turn. A network's
  /// running state moves after its weights. What a loss or a penalty refuses moves nothing, unless the critic has had
  /// its turn in this step.
  [[gnu::noinline]] step_result step(std::span<const float> real, std::span<const float> conditions = {}) {
    const networks n = both();
    const int told = n.made.condition_count();
    expect_size("gan::step, conditions", conditions.size(), std::size_t(n.made.batch()) * told);
    step_result result{whose_turn()};
    if (told)
      for (tape_base<float>* t : {&n.made, &n.on_real, &n.on_fake}) t->load_conditions(conditions);
    draw(n);
    n.on_real.load(real);
    generator_state_.keep(n.generator), critic_state_.keep(n.critic);
    bool moved = false;  // weights have
    try {
      make_events(n, result, {conditions, std::size_t((std::max)(1, told))});
      n.on_fake.load(n.made);
      if (result.trained.critic) {
        n.critic_gradient.zero();
        train_critic(n, result);
        moved = true;
        n.on_real.commit(n.critic), n.on_fake.commit(n.critic);
      }
      if (result.trained.generator) {
        n.generator_gradient.zero();
        train_generator(n, result);
        moved = true;
        n.made.commit(n.generator);
      }
    } catch (...) {
      if (!moved) generator_state_.put_back(n.generator), critic_state_.put_back(n.critic);
      throw;
    }
    ++steps;
    return result;
  }

 protected:
  /// Both networks with their tapes and gradients.
  struct networks {
    parameters_base<float>&generator, &critic;
    tape_base<float>&made, &on_real, &on_fake;
    gradients_base<float>&generator_gradient, &critic_gradient;
  };
  virtual networks both() = 0;
  virtual turn whose_turn() const = 0;
  virtual std::uint64_t first_event(int batch) const = 0;  ///< number of this step's
  /// Before any weights move; fills `event_slopes_`, which is empty, or leaves it.
  virtual double penalise_events(const tape_base<float>& made, rows<const float> conditions) = 0;
  /// What the policies make of the critic's outputs, and write as their gradients (`judge_generator` evaluates it
  /// before) …
  virtual critic_result judge(const networks&, bool flips) const = 0;
  virtual double penalise_critic(std::uint64_t first_event) = 0;
  virtual double judge_generator(const networks&) const = 0;
  /// … and of the gradients: the network's weights move.
  virtual void move_critic(const networks&) = 0;
  virtual void move_generator(const networks&) = 0;

  adversarial_base(double flips, std::uint64_t s) : flip_rate(flips), seed(s) {}
  adversarial_base(adversarial_base&&) = default;
  adversarial_base& operator=(adversarial_base&&) = default;
  ~adversarial_base() = default;  // its owners know its type

  std::vector<float> event_slopes_;  ///< of this step's event penalty, for the generator's turn

 private:
  /// Whether labels are swapped in this step.
  bool flips_labels() const { return random_stream(seed, purpose::label_flip).uniform(steps) < flip_rate; }
  /// From tapes that hold both batches.
  void train_critic(const networks& n, step_result& result) {
    detail::evaluate_critic(n.critic, n.on_real, n.on_fake);
    const critic_result seen = judge(n, flips_labels());
    detail::pull_back_critic(n.critic, n.on_real, n.on_fake, n.critic_gradient);
    const double extra = penalise_critic(first_event(n.made.batch()));
    move_critic(n);
    result.critic_loss = seen.loss + extra, result.real_decision = seen.real, result.fake_decision = seen.fake;
  }
  void train_generator(const networks& n, step_result& result) {
    result.generator_loss = judge_generator(n);
    detail::pull_back_to_events(n.critic, n.on_fake, n.made);
    if (const auto size = static_cast<std::int64_t>(event_slopes_.size()))
      add_to(n.made.output_gradient().data(), event_slopes_.data(), size);
    n.made.backward(n.generator, &n.generator_gradient, false);
    move_generator(n);
  }
  void draw(const networks& n) {
    const std::uint64_t first = first_event(n.made.batch());
    draw_latents(n.made, latent_, seed ^ seed_of::generated, first);
    n.on_real.random(seed ^ seed_of::on_real, first), n.on_fake.random(seed ^ seed_of::on_fake, first);
  }
  /// In the generator's turn its state moves before.
  void make_events(const networks& n, step_result& result, rows<const float> conditions) {
    if (result.trained.generator) n.generator.advance(state_moves::at_step);
    n.made.forward(n.generator, statistics::batch);
    event_slopes_.clear();
    if (result.trained.generator) result.event_penalty = penalise_events(n.made, conditions);
  }

  std::vector<float> latent_;
  detail::kept_state generator_state_, critic_state_;  ///< before a step, in case it is refused
};

/// The same with its policies, for networks of any type.
template <class Loss, class Optimizer, class Penalty, class EventPenalty, class Reducer>
class adversarial_training : public adversarial_base {
 public:
  using moments_type = typename Optimizer::template state<float>;
  using policies = gan_policies<Loss, Optimizer, Penalty, EventPenalty, Reducer>;

  Loss loss;
  Optimizer generator_optimizer, critic_optimizer;
  Penalty penalty;             ///< on the critic
  EventPenalty event_penalty;  ///< on what the generator makes
  Reducer reduce;
  moments_type generator_moments, critic_moments;

 protected:
  /// How many numbers a penalty on these events needs for its gradient.
  std::size_t event_slopes(const tape_base<float>& made) const {
    using detail::is_there;
    return is_there(event_penalty) ? made.output().size() : 0;
  }

  [[gnu::noinline]] adversarial_training(policies&& p, std::uint64_t s, int generator_weights, int critic_weights)
      : adversarial_base(p.flip_rate, s),
        loss(std::move(p.loss)),
        generator_optimizer(std::move(p.optimizer)),
        critic_optimizer(std::move(p.critic_optimizer)),
        penalty(std::move(p.penalty)),
        event_penalty(std::move(p.event_penalty)),
        reduce(std::move(p.reduce)),
        generator_moments(generator_weights),
        critic_moments(critic_weights) {}
  adversarial_training(adversarial_training&&) = default;
  adversarial_training& operator=(adversarial_training&&) = default;
  [[gnu::noinline]] ~adversarial_training() = default;

 private:
  turn whose_turn() const final { return loss.at(steps); }
  std::uint64_t first_event(int batch) const final { return first_event_of(steps, reduce, batch); }
  double penalise_events(const tape_base<float>& made, rows<const float> conditions) final {
    if constexpr (std::is_same_v<EventPenalty, no_penalty>) return 0;
    event_slopes_.assign(event_slopes(made), 0);
    if (event_slopes_.empty()) return 0;
    return penalise(event_penalty, detail::rows_of(made, made.output()),
                    detail::rows_of(made, std::span(event_slopes_)), conditions);
  }
  critic_result judge(const networks& n, bool flips) const final {
    return detail::judge(loss, n.on_real, n.on_fake, flips);
  }
  double judge_generator(const networks& n) const final {
    return detail::judge_generator(loss, n.critic, n.on_real, n.on_fake);
  }
  void move_critic(const networks& n) final { move(critic_optimizer, critic_moments, n.critic, n.critic_gradient); }
  void move_generator(const networks& n) final {
    move(generator_optimizer, generator_moments, n.generator, n.generator_gradient);
  }
  void move(const Optimizer& by, moments_type& moments, parameters_base<float>& p, gradients_base<float>& g) {
    reduce.mean(g.flat());
    detail::step_network(by, moments, p, g);
  }
};

}  // namespace hepgan
