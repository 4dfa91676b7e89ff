// The classifier two-sample test (Lopez-Paz and Oquab, arXiv:1610.06545): a network learns to tell two samples apart on
// one half of their events, and what it makes of the other half is how well they can be told apart. As a figure the
// area under its ROC curve is taken (Krause and Shih, arXiv:2106.05285): 0.5 for samples of one distribution, 1 for
// samples that do not overlap.
#pragma once
#include <hepgan/core/rows.hpp>
#include <hepgan/data/permutation.hpp>
#include <hepgan/init/initialisers.hpp>
#include <hepgan/loss/standard.hpp>
#include <hepgan/net/input_gradient.hpp>
#include <hepgan/optim/optimizers.hpp>
#include <hepgan/train/auc.hpp>
#include <hepgan/train/latents.hpp>
#include <hepgan/train/steps.hpp>
#include <limits>
#include <span>
#include <utility>

namespace hepgan {

struct classifier_options {
  int batch = 64;    ///< events of each sample in a step
  int steps = 25;    ///< an epoch is once all events, and at least so many steps
  int epochs = 6;    ///< at most
  int patience = 2;  ///< so many epochs without a smaller validation loss end a training
  adam optimizer{.learning_rate = 3e-3, .beta1 = 0.9};
  std::uint64_t seed = 1;
};

namespace detail {

using event_list = std::vector<std::int64_t>;

/// Some events of a sample: what a network is trained on, or tested with.
struct sample_part {
  rows<const float> events;
  std::span<const std::int64_t> which;

  std::int64_t size() const { return static_cast<std::int64_t>(which.size()); }
  sample_part part(std::int64_t first, std::int64_t end) const { return {events, which.subspan(first, end - first)}; }
  event_list list() const { return {which.begin(), which.end()}; }
};

/// One network, trained and asked.
template <network_type N>
class sample_classifier {
  static_assert(!objections<typename net_of<N, default_backend<float>>::leaves>::batch_norm,
                "hepgan: batch norm would tell the samples of a classifier test apart by their batches");
  static_assert(N::output.size() == 1, "hepgan: a classifier gives one score");

 public:
  explicit sample_classifier(int batch) : on_real_(batch), on_fake_(batch), asked_(batch) {}

  /// Learns real from fake; the weights are those of the epoch of least loss on the last fifth of either; false: no
  /// epoch's is a number.
  bool train(const sample_part& real, const sample_part& fake, const classifier_options& o, std::uint32_t stream) {
    weights_ = {};  // norms too
    initialise(weights_, he_uniform{}, o.seed, stream);
    const std::int64_t n_real = real.size() - real.size() / 5, n_fake = fake.size() - fake.size() / 5;
    event_list of_real = real.part(0, n_real).list(), of_fake = fake.part(0, n_fake).list();
    const sample_part from_real{real.events, of_real}, from_fake{fake.events, of_fake};
    const auto held_real = real.part(n_real, real.size()), held_fake = fake.part(n_fake, fake.size());
    const std::int64_t batch = on_real_.batch(), pass = (std::min)(n_real, n_fake) / batch,
                       steps = (std::max<std::int64_t>)(pass, o.steps);
    parameters<N> now = weights_;
    typename adam::state<float> moments(now.flat().size());
    double least = std::numeric_limits<double>::infinity();
    for (int epoch = 0, worse = 0; epoch < o.epochs && worse < o.patience; ++epoch) {
      for (std::int64_t step = epoch * steps; step < (epoch + 1) * steps; ++step) {
        if (step % pass == 0) {
          const std::uint64_t draw = std::uint64_t(step) << 32;
          data::shuffle(of_real, random_stream(o.seed, purpose::shuffle, 2 * stream), draw);
          data::shuffle(of_fake, random_stream(o.seed, purpose::shuffle, 2 * stream + 1), draw);
        }
        const std::uint64_t first = std::uint64_t(step) * batch;
        on_real_.random(o.seed ^ seed_of::on_real, first), on_fake_.random(o.seed ^ seed_of::on_fake, first);
        load(on_real_, from_real, step % pass * batch), load(on_fake_, from_fake, step % pass * batch);
        gradient_.zero();
        critic_step(standard_gan{}, now, on_real_, on_fake_, gradient_);
        optimizer_step(o.optimizer, moments, now, gradient_);
        on_real_.commit(now);
      }
      const double loss = mean_loss(now, held_real, 1) + mean_loss(now, held_fake, 0);
      worse = loss < least ? 0 : worse + 1;
      if (worse == 0) least = loss, weights_ = now;
    }
    return std::isfinite(least);
  }

  std::vector<float> scores(const sample_part& events) { return scores(weights_, events); }

 private:
  /// The batch from event `first` on; beyond the last one it is that again.
  [[gnu::noinline]] void load(tape_base<float>& t, const sample_part& from, std::int64_t first) {
    room_.resize(std::size_t(t.batch()) * N::input.size());
    for (std::int64_t i = 0; i < t.batch(); ++i) {
      const auto event = from.events[from.which[(std::min)(first + i, from.size() - 1)]];
      std::copy_n(event.data(), event.size(), room_.data() + i * N::input.size());
    }
    t.load(room_);
  }
  [[gnu::noinline]] std::vector<float> scores(const parameters<N>& p, const sample_part& events) {
    std::vector<float> all(events.size());
    for (std::int64_t first = 0; first < events.size(); first += asked_.batch()) {
      load(asked_, events, first);
      const auto some = asked_.forward(p);
      for (std::int64_t i = first; i < (std::min)(first + asked_.batch(), events.size()); ++i) all[i] = some[i - first];
    }
    return all;
  }
  double mean_loss(const parameters<N>& p, const sample_part& events, double label) {
    std::vector<float> all = scores(p, events), unused(all.size());
    return cross_entropy(std::span<const float>(all), label, std::span(unused));
  }

  parameters<N> weights_;
  gradients<N> gradient_;
  tape<N> on_real_, on_fake_;
  tape<N, float, use::inference> asked_;
  std::vector<float> room_;
};

/// Twofold: each half is scored by a network that learnt from the other one. What one half happens to differ by, the
/// network finds in both or in none, so that their mean is as uncertain as one of them.
template <network_type N>
auc_estimate classifier_auc(const sample_part& real, const sample_part& fake, const classifier_options& o) {
  constexpr std::int64_t fewest = 16;
  const std::int64_t least = (std::min)(real.size(), fake.size());
  if (least < fewest)
    throw error({"classifier test: found ", least, " events of a sample, expected at least ", fewest});
  sample_classifier<N> network(static_cast<int>((std::min<std::int64_t>)(o.batch, least / 4)));
  double sum = 0;
  for (std::uint32_t half = 0; half < 2; ++half) {
    const auto half_of = [&](const sample_part& s, std::uint32_t h) {
      return h == 0 ? s.part(0, s.size() / 2) : s.part(s.size() / 2, s.size());
    };
    if (!network.train(half_of(real, half), half_of(fake, half), o, half)) {
      constexpr double none = std::numeric_limits<double>::quiet_NaN();
      return {none, none};
    }
    sum += auc(network.scores(half_of(real, 1 - half)), network.scores(half_of(fake, 1 - half)));
  }
  return {sum / 2, auc_error(sum / 2, real.size() / 2, fake.size() / 2)};
}

/// All events of a sample, in an order drawn for it.
[[gnu::noinline]] inline event_list drawn(rows<const float> events, const classifier_options& o, std::uint32_t stream) {
  const auto n = static_cast<std::int64_t>(events.size());
  return data::permutation(n, random_stream(o.seed, purpose::split, stream));
}

}  // namespace detail

/// How well a network N, from an event to one score, tells real events from generated ones. One result for a seed, a
/// build, a CPU and, where oneDNN runs a convolution, a number of threads.
template <network_type N>
auc_estimate classifier_auc(rows<const float> real, rows<const float> fake, const classifier_options& o = {}) {
  for (const auto& sample : {real, fake}) expect_size("classifier test", sample.width, N::input.size());
  const auto of_real = detail::drawn(real, o, 0), of_fake = detail::drawn(fake, o, 1);
  return detail::classifier_auc<N>({real, of_real}, {fake, of_fake}, o);
}

/// The same of two halves of the real events: what nothing to be found looks like.
template <network_type N>
auc_estimate classifier_auc_floor(rows<const float> real, const classifier_options& o = {}) {
  expect_size("classifier test", real.width, N::input.size());
  const auto order = detail::drawn(real, o, 0);
  const detail::sample_part all{real, order};
  return detail::classifier_auc<N>(all.part(0, all.size() / 2), all.part(all.size() / 2, all.size()), o);
}

/// Shifts and scales each number of an event to mean 0 and deviation 1 over both samples, [n][width] and [m][width];
/// one that never varies becomes 0. Labels are not looked at, so a test loses nothing.
inline void standardise(std::span<float> a, std::span<float> b, std::size_t width) {
  for (std::size_t k = 0; k < width; ++k) {
    const auto each = [&](auto f) {
      for (const auto& sample : {a, b})
        for (std::size_t i = k; i < sample.size(); i += width) f(sample[i]);
    };
    double n = 0, sum = 0, square = 0;
    each([&](float x) { ++n, sum += x; });
    const double mean = sum / n;
    each([&](float x) { square += (x - mean) * (x - mean); });
    const double deviation = std::sqrt(square / n);
    each([&](float& x) { x = static_cast<float>(deviation > 1e-6 * std::abs(mean) ? (x - mean) / deviation : 0); });
  }
}

}  // namespace hepgan
