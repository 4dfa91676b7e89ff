// Counter-based random numbers (Philox4x32-10, Salmon et al., SC 2011): number i of a stream is a pure function of
// (seed, purpose, index), so that neither threads nor batch size nor a restart change it.
#pragma once
#include <Random123/philox.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <hepgan/core/parallel.hpp>
#include <numbers>
#include <span>

namespace hepgan {

/// What a stream is for; each purpose has numbers of its own under one seed.
enum class purpose : std::uint32_t {
  initialise,
  latent,
  label_flip,
  dropout,
  shuffle,
  split,
  interpolation,
  symmetry,
  user,
  augmentation,
  variational
};

class random_stream {
 public:
  constexpr random_stream(std::uint64_t seed, purpose what, std::uint32_t stream = 0)
      : key_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}},
        what_(static_cast<std::uint32_t>(what)),
        stream_(stream) {}

  /// Four random words of position `block`.
  std::array<std::uint32_t, 4> words(std::uint64_t block) const {
    const r123::Philox4x32::ctr_type counter{
        {static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32), what_, stream_}};
    const auto r = r123::Philox4x32()(counter, r123::Philox4x32::key_type{{key_[0], key_[1]}});
    return {r[0], r[1], r[2], r[3]};
  }

  /// Uniform number `index` in (0, 1).
  double uniform(std::uint64_t index) const { return to_unit(words(index / 4)[index % 4]); }

  /// Standard normal number `index` (Box and Muller 1958, two from two words).
  double normal(std::uint64_t index) const {
    const auto w = words(index / 4);
    const int pair = static_cast<int>(index % 4) / 2 * 2;
    const double radius = std::sqrt(-2 * std::log(to_unit(w[pair]))),
                 angle = 2 * std::numbers::pi * to_unit(w[pair + 1]);
    return radius * (index % 2 ? std::sin(angle) : std::cos(angle));
  }

 private:
  static double to_unit(std::uint32_t w) { return (w + 0.5) * 0x1p-32; }
  std::array<std::uint32_t, 2> key_;
  std::uint32_t what_, stream_;
};

/// Where the numbers of event `index` begin, that takes `size` of them: whole Philox blocks for each event.
constexpr std::uint64_t first_number(std::uint64_t index, std::size_t size) { return index * ((size + 3) / 4 * 4); }

/// Fills one event's normal numbers: event `index` has the same in every batch and on any number of threads.
template <class Real>
void fill_normal(std::span<Real> z, const random_stream& stream, std::uint64_t index) {
  const std::uint64_t first = first_number(index, z.size());
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = static_cast<Real>(stream.normal(first + i));
}

/// One event's latent vector.
template <class Real>
void fill_latent(std::span<Real> z, std::uint64_t seed, std::uint64_t index) {
  fill_normal(z, random_stream(seed, purpose::latent), index);
}

/// Events [first, first + n) of the seed as z = [n][size].
template <class Real>
void fill_latents(std::span<Real> z, int size, std::uint64_t seed, std::uint64_t first) {
  parallel_for(static_cast<std::int64_t>(z.size()) / size,
               [&](std::int64_t i) { fill_latent(z.subspan(i * size, size), seed, first + i); });
}

}  // namespace hepgan
