// Batch norm with an activation in the same pass: two passes forward (moments, normalise) and two back (sums, apply),
// of which the first may have been done block by block (`batch_norm_block`).
#pragma once
#include <cmath>
#include <hepgan/backend/native/channel_sums.hpp>
#include <hepgan/backend/native/elements.hpp>
#include <hepgan/backend/native/over_numbers.hpp>
#include <hepgan/backend/statistics.hpp>

namespace hepgan::native {
namespace detail {

/// Scratch of a batch norm: numbers per padded channel, then two parts per (event, channel).
template <class Real>
struct norm_scratch {
  Real *mean, *scale, *gamma, *beta, *sum, *along, *parts;
  norm_scratch(Real* s, std::int64_t p)
      : mean(s), scale(s + p), gamma(s + 2 * p), beta(s + 3 * p), sum(s + 4 * p), along(s + 5 * p), parts(s + 6 * p) {}
  static constexpr std::int64_t size(std::int64_t padded, int batch) { return (6 + 2 * std::int64_t(batch)) * padded; }
};

/// 1/√(σ² + ε) of running variances.
template <class V, class Real>
typename V::type inverse_deviation(const Real* variances) {
  using std::sqrt;
  return V::all(1) / sqrt(V::load(variances) + V::all(Real(batch_statistics::epsilon)));
}

/// x̂ = (x − mean)·scale, z = γ·x̂ + β; no gain where there is no channel.
template <class Arch, class Real>
void load_coefficients(const job<Real>& j, const channel_blocks& b, const norm_scratch<Real>& k) {
  const batch_statistics at(b.channels);
  const auto put = [&](Real* to, const Real* from) {
    std::fill(std::copy_n(from, b.channels, to), to + b.padded(), Real(0));
  };
  put(k.gamma, j.weights), put(k.beta, j.weights + b.channels);
  put(k.mean, j.training ? j.statistics + at.mean : j.state);
  put(k.scale, j.training ? j.statistics + at.inverse_deviation : j.state + b.channels);
  if (j.training) return;
  over_numbers<Arch, Real>(
      b.channels, [&]<class V>(V, std::int64_t c) { V::store(k.scale + c, inverse_deviation<V>(k.scale + c)); });
}

/// One vector of channels: x̂ and z.
template <class V>
struct normaliser {
  typename V::type mean, scale, gamma, beta;
  template <class Real>
  normaliser(const norm_scratch<Real>& k, int c)
      : mean(V::load(k.mean + c)),
        scale(V::load(k.scale + c)),
        gamma(V::load(k.gamma + c)),
        beta(V::load(k.beta + c)) {}
  /// Of a block without padding.
  template <class Real>
  normaliser(const job<Real>& j, int channels, int c)
      : mean(V::load((j.training ? j.statistics + batch_statistics(channels).mean : j.state) + c)),
        scale(j.training ? V::load(j.statistics + batch_statistics(channels).inverse_deviation + c)
                         : inverse_deviation<V>(j.state + channels + c)),
        gamma(V::load(j.weights + c)),
        beta(V::load(j.weights + channels + c)) {}
  auto normalised(typename V::type x) const { return (x - mean) * scale; }
  auto affine(typename V::type normalised) const { return V::fma(gamma, normalised, beta); }
};

/// Mean and Σ(x − mean)² over one event's pixels: exact means of short runs, merged (Chan, Golub and LeVeque 1983).
template <class V, class Real>
void event_moments(const Real* x, int pixels, int stride, Real* mean_out, Real* square_out) {
  constexpr int run = 128;  // stays in L1 for its second reading
  auto mean = V::all(0), square = mean;
  for (int done = 0; done < pixels;) {
    const int n = (std::min)(run, pixels - done);
    const Real* from = x + std::int64_t(done) * stride;
    const auto here =
        sum_over<V>(n, [&](int p, auto s) { return s + V::load(from + p * stride); }) * V::all(Real(1) / n);
    const auto apart = sum_over<V>(n, [&](int p, auto s) {
      const auto d = V::load(from + p * stride) - here;
      return V::fma(d, d, s);
    });
    const auto step = here - mean;
    const Real share = Real(n) / (done + n);
    mean = V::fma(step, V::all(share), mean);
    square = square + V::fma(step * step, V::all(share * done), apart);
    done += n;
  }
  V::store(mean_out, mean), V::store(square_out, square);
}

/// Those of a vector of channels of block i.
template <class V, class Real>
void block_moments(const job<Real>& j, const channel_blocks& b, Real* parts, std::int64_t i, int c,
                   std::int64_t offset) {
  Real* part = parts + i / b.count * 2 * b.padded() + c;
  event_moments<V>(j.x + offset, b.pixels, b.block, part, part + b.padded());
}
template <class Arch, class Real>
void batch_moments(const job<Real>& j, const channel_blocks& b, Real* parts) {
  const batch_statistics at(b.channels);
  const double count = double(j.batch) * b.pixels;
  const std::int64_t padded = b.padded();
  if (!j.begun)
    over_blocks<Arch, Real>(b, j.batch, [&]<class V>(V, std::int64_t i, int c, std::int64_t offset) {
      block_moments<V>(j, b, parts, i, c, offset);
    });
  over_totals<Arch>(b, j.batch, parts, [&](const totals& t) {  // Σ(x − mean)² = Σ within events + between their means
    double mean[totals::most]{}, between[totals::most]{};
    for (int c = 0; c < t.count; ++c) mean[c] = t.first[c] / j.batch;
    for (std::int64_t n = 0; n < j.batch; ++n) {
      const Real* of_event = parts + n * 2 * padded + t.begin;
#pragma omp simd
      for (int c = 0; c < t.count; ++c) between[c] += (double(of_event[c]) - mean[c]) * (double(of_event[c]) - mean[c]);
    }
    for (int i = 0, c = t.begin; i < t.count; ++i, ++c) {
      const double square = t.second[i] + between[i] * b.pixels;
      j.statistics[at.mean + c] = static_cast<Real>(mean[i]);
      j.statistics[at.inverse_deviation + c] =
          static_cast<Real>(1 / std::sqrt(square / count + batch_statistics::epsilon));
      j.statistics[at.variance + c] = static_cast<Real>(square / (std::max)(count - 1, 1.0));
    }
  });
}

/// From Σ dz and Σ dz·x̂ of every event to the gradients of γ and β, and to the means that dx wants in training.
template <class Arch, class Real>
void batch_slopes(const job<Real>& j, const channel_blocks& b, const norm_scratch<Real>& k) {
  const double count = double(j.batch) * b.pixels;
  over_totals<Arch>(b, j.batch, k.parts, [&](const totals& t) {
    for (int i = 0, c = t.begin; i < t.count; ++i, ++c) {
      const double sum = t.first[i], along = t.second[i];
      if (j.gradient) j.gradient[c] += static_cast<Real>(along), j.gradient[b.channels + c] += static_cast<Real>(sum);
      if (j.training) k.sum[c] = static_cast<Real>(sum / count), k.along[c] = static_cast<Real>(along / count);
    }
  });
}

/// A vector of channels of one event.
template <class V, class Fused, class Real>
void normalise(const normaliser<V>& at, const channel_blocks& b, const Real* x, Real* y, const Real* scalars) {
  using activation = layer_or_identity<Fused>;
  for (int i = 0; i < b.pixels * b.block; i += b.block)
    V::store(y + i, elements<activation, V>::value(at.affine(at.normalised(V::load(x + i))), scalars));
}

}  // namespace detail

template <class Arch, class Fused, class Real>
void batch_norm_forward(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  const detail::norm_scratch<Real> k(j.scratch, b.padded());
  if (j.training) detail::batch_moments<Arch>(j, b, k.parts);
  detail::load_coefficients<Arch>(j, b, k);
  detail::over_blocks<Arch, Real>(b, j.batch, [&]<class V>(V, std::int64_t, int c, std::int64_t offset) {
    detail::normalise<V, Fused>(detail::normaliser<V>(k, c), b, j.x + offset, j.y + offset, j.fused_scalars);
  });
}

namespace detail {

/// Σ dz and Σ dz·x̂ of a vector of channels of block i.
template <class V, class Fused, class Real>
void block_slopes(const normaliser<V>& at, const job<Real>& j, const channel_blocks& b, Real* parts, std::int64_t i,
                  int c, std::int64_t offset) {
  const Real *x = j.x + offset, *dy = j.dy + offset;
  auto along = V::all(0);
  const auto sum = sum_over<V>(b.pixels, [&](int p, auto s) {
    const auto normalised = at.normalised(V::load(x + p * b.block));
    const auto dz = V::load(dy + p * b.block) *
                    elements<layer_or_identity<Fused>, V>::slope(at.affine(normalised), j.fused_scalars);
    along = V::fma(dz, normalised, along);
    return s + dz;
  });
  Real* part = parts + i / b.count * 2 * b.padded() + c;
  V::store(part, sum), V::store(part + b.padded(), along);
}

}  // namespace detail

/// dz = dy·slope(z); dγ += Σ dz·x̂, dβ += Σ dz; dx = γ/√(σ²+ε)·(dz − mean(dz) − x̂·mean(dz·x̂)).
/// The means are zero outside training.
template <class Arch, class Fused, class Real>
void batch_norm_backward(const job<Real>& j) {
  const detail::channel_blocks b(j.what->x);
  const detail::norm_scratch<Real> k(j.scratch, b.padded());
  detail::load_coefficients<Arch>(j, b, k);
  std::fill(k.sum, k.parts, Real(0));
  if (!j.begun)
    detail::over_blocks<Arch, Real>(b, j.batch, [&]<class V>(V, std::int64_t i, int c, std::int64_t offset) {
      detail::block_slopes<V, Fused>(detail::normaliser<V>(k, c), j, b, k.parts, i, c, offset);
    });
  detail::batch_slopes<Arch>(j, b, k);
  if (!j.dx) return;
  detail::over_blocks<Arch, Real>(b, j.batch, [&]<class V>(V, std::int64_t, int c, std::int64_t offset) {
    const detail::normaliser<V> at(k, c);
    const auto sum = V::load(k.sum + c), along = V::load(k.along + c), gain = at.gamma * at.scale;
    const Real *x = j.x + offset, *dy = j.dy + offset;
    Real* dx = j.dx + offset;
    for (int i = 0; i < b.pixels * b.block; i += b.block) {
      const auto normalised = at.normalised(V::load(x + i));
      const auto dz =
          V::load(dy + i) * elements<layer_or_identity<Fused>, V>::slope(at.affine(normalised), j.fused_scalars);
      V::store(dx + i, gain * (dz - sum - normalised * along));
    }
  });
}

/// What a pass does to one block of the batch, which has no padding, before it knows of the others: forward
/// in training its moments, else all; backward its sums.
template <class Arch, class Fused, pass Way, class Real>
void batch_norm_block(const job<Real>& j, std::int64_t i) {
  const detail::channel_blocks b(j.what->x);
  const detail::norm_scratch<Real> k(j.scratch, b.padded());
  with_lanes<Arch, Real>(b.block, [&]<class V>(V) {
    for (int l = 0; l < b.block; l += V::width) {
      const int c = static_cast<int>(i % b.count) * b.block + l;
      const std::int64_t offset = b.offset(i) + l;
      const auto at = [&] { return detail::normaliser<V>(j, b.channels, c); };
      if constexpr (Way == pass::backward)
        detail::block_slopes<V, Fused>(at(), j, b, k.parts, i, c, offset);
      else if (j.training)
        detail::block_moments<V>(j, b, k.parts, i, c, offset);
      else
        detail::normalise<V, Fused>(at(), b, j.x + offset, j.y + offset, j.fused_scalars);
    }
  });
}

template <class Arch, class Fused, class Real>
constexpr kernel_functions<Real> batch_norm_kernel() {
  using Cpu = arch::compiled_for<Arch>;
  return {.forward = &batch_norm_forward<Cpu, Fused, Real>,
          .backward = &batch_norm_backward<Cpu, Fused, Real>,
          .scratch = [](const op& o, const workload& w) -> std::int64_t {
            return detail::norm_scratch<Real>::size(padded_channels(o.x.extent, o.x.form), w.batch);
          },
          .block = {&batch_norm_block<Cpu, Fused, pass::forward, Real>,
                    &batch_norm_block<Cpu, Fused, pass::backward, Real>}};
}

}  // namespace hepgan::native
