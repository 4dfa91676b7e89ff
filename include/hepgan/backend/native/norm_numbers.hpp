// What norms of single events are made of: their groups of numbers as vectors, sums over a group, and x̂.
#pragma once
#include <cmath>
#include <hepgan/backend/event_groups.hpp>
#include <hepgan/backend/native/channel_sums.hpp>

namespace hepgan::native::detail {

/// γ and β by padded channel, 0 where there is none; and two sums for each (event, channel) where a gradient is wanted.
template <class Real>
struct norm_channels {
  Real *gamma, *beta;
  Real* within;  ///< 1; 0 in padding, whose gradient is none
  Real* parts;
  std::int64_t padded;
  norm_channels(Real* scratch, std::int64_t p)
      : gamma(scratch), beta(scratch + p), within(scratch + 2 * p), parts(scratch + 3 * p), padded(p) {}
  static constexpr std::int64_t size(std::int64_t padded, int batch) { return (3 + 2 * std::int64_t(batch)) * padded; }
  Real* part(std::int64_t event) const { return parts + event * 2 * padded; }
};

template <class Arch, class Norm, class Real>
norm_channels<Real> load_norm_channels(const job<Real>& j, const channel_blocks& b) {
  const norm_channels<Real> k(j.scratch, b.padded());
  std::fill(k.gamma, k.parts, Real(0));
  for (int c = 0; c < b.channels; ++c) {
    k.gamma[c] = Norm::affine ? j.weights[c] : Real(1), k.within[c] = 1;
    if (Norm::affine) k.beta[c] = j.weights[b.channels + c];
  }
  return k;
}

/// The vectors of channels [first, end) of one event: what is normalised together; of a norm by channels, each lane by
/// itself.
template <class Norm, class V>
struct norm_numbers {
  using real = typename V::real;
  using vector = typename V::type;
  const channel_blocks& b;
  int first, end;

  static constexpr bool across_lanes = Norm::over == grouping::event;
  int count() const { return across_lanes ? b.channels * b.pixels : b.pixels; }

  /// f(channel, position of the first pixel) for every vector of channels.
  template <class F>
  void each_vector(F f) const {
    for (int c = first; c < end; c += V::width) f(c, std::int64_t(c / b.block) * b.pixels * b.block + c % b.block);
  }
  /// f(position, channel) for every vector.
  template <class F>
  void each(F f) const {
    each_vector([&](int c, std::int64_t at) {
      for (int p = 0; p < b.pixels; ++p, at += b.block) f(at, c);
    });
  }
  /// Σ by s = f(position, s) over the pixels of each vector of channels, weighed with these numbers of theirs.
  template <class F>
  vector sum(const real* weights, F f) const {
    total t{b.channels};
    each_vector([&](int c, std::int64_t at) {
      const auto here = sum_over<V>(b.pixels, [&](int p, auto s) { return f(at + std::int64_t(p) * b.block, s); });
      t.add(V::load(weights + c) * here, c);
    });
    return t.value();
  }
  vector moment(vector sum) const { return Norm::averaged ? centre(sum) : sum; }
  vector centre(vector sum) const { return sum * V::all(real(1) / count()); }
  /// Of a group of numbers, weighed so; 0 where the norm has none.
  [[gnu::noinline]] vector centre(const real* weights, const real* numbers) const {
    if constexpr (Norm::centred)
      return centre(sum(weights, [&](std::int64_t i, auto s) { return s + V::load(numbers + i); }));
    else
      return V::all(0);
  }

  /// A sum over vectors of channels; across lanes without those that hold no channel.
  struct total {
    int channels;
    vector whole = V::all(0);
    real rest = 0;
    void add(vector part, int c) {
      const int lanes = channels - c;
      if (!across_lanes || lanes >= V::width) {
        whole = whole + part;
      } else {
        alignas(64) real r[V::width];
        V::store(r, part);
        for (int l = 0; l < lanes; ++l) rest += r[l];
      }
    }
    vector value() const { return across_lanes ? V::all(V::sum(whole) + rest) : whole; }
  };
};

/// x̂ = (x − mean)·scale of a group; `ones`, by channel.
template <class Norm, class V>
struct standardiser {
  using real = typename V::real;
  using vector = typename V::type;
  const norm_numbers<Norm, V>& g;
  const real* x;
  vector mean, scale;
  standardiser(const norm_numbers<Norm, V>& numbers, const real* ones, const real* inputs)
      : g(numbers), x(inputs), mean(g.centre(ones, x)) {
    using std::sqrt;
    const auto square = g.sum(ones, [&](std::int64_t i, auto s) {
      const auto off = V::load(x + i) - mean;
      return V::fma(off, off, s);
    });
    scale = V::all(1) / sqrt(g.moment(square) + V::all(static_cast<real>(Norm::epsilon)));
  }
  /// At a position.
  vector operator()(std::int64_t i) const { return (V::load(x + i) - mean) * scale; }
  /// The moment of a group of numbers, weighed so, along x̂.
  [[gnu::noinline]] vector along(const real* weights, const real* numbers) const {
    return g.moment(
        g.sum(weights, [&](std::int64_t i, auto s) { return V::fma(V::load(numbers + i), (*this)(i), s); }));
  }
};

/// f(numbers of a group, event, its first number) for every group of the batch: a thread has whole events, or channel
/// blocks.
template <class Arch, class Norm, class Real, class F>
void over_norm_groups(const channel_blocks& b, int batch, F f) {
  const std::int64_t stored = b.offset(b.count);
  with_lanes<Arch, Real>(b.block, [&]<class V>(V) {
    using numbers = norm_numbers<Norm, V>;
    if constexpr (Norm::over == grouping::event)
      parallel_for(batch, [&](std::int64_t n) { f(numbers{b, 0, b.padded()}, n, n * stored); });
    else
      parallel_for(std::int64_t(batch) * b.count, [&](std::int64_t i) {
        const int first = static_cast<int>(i % b.count) * b.block;
        for (int c = first; c < first + b.block; c += V::width)
          f(numbers{b, c, c + V::width}, i / b.count, i / b.count * stored);
      });
  });
}

}  // namespace hepgan::native::detail
