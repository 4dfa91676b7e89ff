// Conditions: numbers beside an event, such as the masses it was simulated with. A generator makes events of a batch's
// conditions, and a critic judges whether an event is one of its conditions (Mirza and Osindero, arXiv:1411.1784).
#pragma once
#include <cstdint>
#include <hepgan/backend/op.hpp>
#include <hepgan/core/aligned.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/net/verdict.hpp>
#include <span>
#include <type_traits>

namespace hepgan {

/// How many of a network's last input channels hold a condition each, the same number in every pixel.
template <class N>
inline constexpr int planes_of = 0;
template <class N>
requires requires { N::condition_planes; }
inline constexpr int planes_of<N> = N::condition_planes;

/// How many conditions a critic's score is a linear function of.
template <class N>
inline constexpr int projected_of = 0;
template <class N>
requires requires { N::projected_conditions; }
inline constexpr int projected_of<N> = N::projected_conditions;

/// How many numbers of an event's conditions a network takes beside the event.
template <class N>
inline constexpr int conditions_of = planes_of<N> + projected_of<N>;

/// What a network takes but for planes of conditions.
template <class N>
inline constexpr shape event_of{N::input.channels - planes_of<N>, N::input.height, N::input.width};

/// Whether what `From` makes is what `To` takes.
template <class From, class To>
inline constexpr bool feeds = From::output == event_of<To> || !well_formed<From> || !well_formed<To>;

namespace detail {

// In functions, as in verdict.hpp.
template <int K, class N>
constexpr bool has_planes() {
  constexpr bool fit = K > 0 && N::input.channels > K;
  static_assert(fit || !well_formed<N>, "hepgan: a network with K conditions has them as the last K of its channels");
  return fit && well_formed<N>;
}
template <int K, class N>
constexpr bool has_projections() {
  constexpr bool fit = K > 0 && N::output.size() == 1 + K && planes_of<N> == 0;
  static_assert(fit || !well_formed<N>, "hepgan: a critic that projects K conditions has 1 + K numbers as output");
  return fit && well_formed<N>;
}

}  // namespace detail

/// A network whose last K input channels are conditions: of a generator the last inputs, beside its latent numbers; of
/// a critic planes, beside the image.
template <int K, class N>
struct conditional : N {
  static constexpr bool well_formed = detail::has_planes<K, N>();
  static constexpr int condition_planes = well_formed ? K : 0;
};

/// A critic of 1 + K outputs y, whose score is y₀ + Σ cₖ yₖ: with a dense or full convolution as last layer after φ,
/// this is ψ(φ(x)) + ⟨Vc, φ(x)⟩ (Miyato and Koyama, arXiv:1802.05637), and its input is the image alone.
template <int K, class N>
struct projection : N {
  using fit = std::bool_constant<detail::has_projections<K, N>()>;  // said where the network is made
  static constexpr bool well_formed = fit::value;
  static constexpr int projected_conditions = well_formed ? K : 0;
  static constexpr shape output{1};
};

/// Whether a critic sees conditions at all where a generator takes some, and whether they are equally many.
template <class Generator, class Critic>
inline constexpr bool sees_conditions =
    conditions_of<Critic> > 0 || conditions_of<Generator> == 0 || !well_formed<Critic> || !well_formed<Generator>;
template <class Generator, class Critic>
inline constexpr bool shares_conditions =
    conditions_of<Critic> == conditions_of<Generator> || !sees_conditions<Generator, Critic> || !well_formed<Critic> ||
    !well_formed<Generator>;

/// Conditions [batch][k], or zeros where there are none, into the last k channels of a stored input.
template <class Real>
void fill_planes(const tensor& t, int k, std::span<const Real> conditions, std::span<Real> input) {
  const int first = t.extent.channels - k;
  parallel_for(static_cast<std::int64_t>(input.size()) / t.stored(), [&](std::int64_t event) {
    for (int c = first; c < padded_channels(t.extent, t.form); ++c) {
      const Real value = c - first < k && !conditions.empty() ? conditions[event * k + c - first] : Real(0);
      for (int pixel = 0; pixel < t.extent.pixels(); ++pixel)
        input[event * t.stored() + stored_index(t.extent, t.form, c, pixel)] = value;
    }
  });
}

/// Scores of a batch that are projected, beside a tape; of networks that project nothing it is empty.
template <class Real>
class projected_scores {
 public:
  [[gnu::noinline]] projected_scores(int batch, int projected)
      : k(projected), conditions(k ? batch * k : 0), scores(k ? batch : 0), slopes(k ? batch : 0) {}
  projected_scores(projected_scores&&) noexcept = default;
  projected_scores& operator=(projected_scores&&) noexcept = default;
  [[gnu::noinline]] ~projected_scores() = default;
  std::size_t bytes() const { return (conditions.size() + scores.size() + slopes.size()) * sizeof(Real); }

  /// scores ← y, [batch][1 + k].
  void project(std::span<const Real> y) {
    for (std::size_t event = 0; event < scores.size(); ++event) {
      Real sum = y[event * (1 + k)];
      for (int i = 0; i < k; ++i) sum += conditions.data()[event * k + i] * y[event * (1 + k) + 1 + i];
      scores.data()[event] = sum;
    }
  }
  /// The gradient of y ← slopes.
  void pull_back(std::span<Real> d) const {
    spread(conditions.span(), k, d, [&](std::size_t i) { return slopes.data()[i]; });
  }

  /// d ← s·(1, c) for each event of k conditions, with s = slope(event).
  template <class Slope>
  static void spread(std::span<const Real> conditions, int k, std::span<Real> d, Slope slope) {
    for (std::size_t event = 0; event < d.size() / (1 + k); ++event) {
      const Real s = slope(event);
      d[event * (1 + k)] = s;
      for (int i = 0; i < k; ++i) d[event * (1 + k) + 1 + i] = s * conditions[event * k + i];
    }
  }

  int k;
  aligned_block<Real> conditions, scores, slopes;
};

}  // namespace hepgan
