// Convolutions between a plane (one channel, plain) on the large side and a stack of channels on the small side: the
// critic's first layer and the generator's last, which oneDNN runs at a tenth of the machine or not at all.
//   gather   stack = W ∗ plane      vectors of channels, tiles of pixels
//   scatter  plane += Wᵀ · stack    vectors of taps: a product [pixels × channels]·[channels × taps], then added in place
//   weights  dW += plane ⊗ stack    vectors of channels, tiles of taps
// Each event is one thread's; sums over events have one order.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/simd.hpp>
#include <hepgan/backend/native/window.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native {
namespace detail {

/// Sizes of one such layer. The plane is copied into a frame with zeros around it, so that no loop knows borders.
struct plane_layer {
  shape plane, stack;
  geometry geo;
  int block, channels, taps, taps_padded, frame_height, frame_width;

  constexpr explicit plane_layer(const op& o) {
    const bool adjoint = o.geo.map == map_kind::transposed_convolution;
    const tensor &s = adjoint ? o.x : o.y, &l = adjoint ? o.y : o.x;
    plane = l.extent, stack = s.extent, geo = o.geo, block = s.form.block;
    channels = padded_channels(s.extent, s.form), taps = geo.kernel[0] * geo.kernel[1];
    taps_padded = (taps + 15) / 16 * 16;
    frame_height = (std::max)((stack.height - 1) * geo.stride[0] + geo.kernel[0], plane.height + geo.pad[0]);
    frame_width = (std::max)((stack.width - 1) * geo.stride[1] + geo.kernel[1], plane.width + geo.pad[1]);
  }
  constexpr int frame() const { return (frame_height * frame_width + 15) / 16 * 16; }
  constexpr int stack_size() const { return channels * stack.pixels(); }
  /// Position of (channel c, pixel p) in the stack, c a multiple of a vector.
  constexpr int at(int c, int p) const { return (c / block * stack.pixels() + p) * block + c % block; }
};

template <class Real>
void into_frame(const plane_layer& k, const Real* plane, Real* frame) {
  std::fill_n(frame, k.frame(), Real(0));
  for (int h = 0; h < k.plane.height; ++h)
    std::copy_n(plane + h * k.plane.width, k.plane.width, frame + (h + k.geo.pad[0]) * k.frame_width + k.geo.pad[1]);
}

template <class Real>
void from_frame(const plane_layer& k, const Real* frame, Real* plane) {
  for (int h = 0; h < k.plane.height; ++h)
    std::copy_n(frame + (h + k.geo.pad[0]) * k.frame_width + k.geo.pad[1], k.plane.width, plane + h * k.plane.width);
}

/// Pixels × Vectors accumulators over all taps; w: [tap][channels].
template <class Arch, int Pixels, int Vectors, class Real>
void gather_tile(const plane_layer& k, const Real* frame, const Real* w, Real* stack, int c, int h, int x) {
  using V = vector_of<Real>;
  V sum[Pixels][Vectors];
  for (auto& row : sum)
    for (V& v : row) v = V(Real(0));
  const int stride = k.geo.stride[1];
  const Real* base = frame + h * k.geo.stride[0] * k.frame_width + x * stride;
  for (int kh = 0, tap = 0; kh < k.geo.kernel[0]; ++kh)
    for (int kw = 0; kw < k.geo.kernel[1]; ++kw, ++tap) {
      V weight[Vectors];
      for (int v = 0; v < Vectors; ++v) weight[v] = V::load_unaligned(w + tap * k.channels + c + v * width<Real>);
      for (int p = 0; p < Pixels; ++p) {
        const V pixel(base[kh * k.frame_width + kw + p * stride]);
        for (int v = 0; v < Vectors; ++v) sum[p][v] = xsimd::fma(pixel, weight[v], sum[p][v]);
      }
    }
  for (int p = 0; p < Pixels; ++p)
    for (int v = 0; v < Vectors; ++v)
      sum[p][v].store_unaligned(stack + k.at(c + v * width<Real>, h * k.stack.width + x + p));
}

/// Calls f with the widest tile that fits: f(vectors constant, channel), then one vector at a time.
template <class Real, class F>
void over_channels(int channels, F f) {
  int c = 0;
  for (; c + 2 * width<Real> <= channels; c += 2 * width<Real>) f(std::integral_constant<int, 2>{}, c);
  for (; c < channels; c += width<Real>) f(std::integral_constant<int, 1>{}, c);
}

template <class Arch, class Real>
void gather(const plane_layer& k, const Real* frame, const Real* w, Real* stack) {
  constexpr int pixels = 8;
  over_channels<Real>(k.channels, [&](auto vectors, int c) {
    for (int h = 0; h < k.stack.height; ++h) {
      int x = 0;
      for (; x + pixels <= k.stack.width; x += pixels)
        gather_tile<Arch, pixels, vectors>(k, frame, w, stack, c, h, x);
      for (; x < k.stack.width; ++x) gather_tile<Arch, 1, vectors>(k, frame, w, stack, c, h, x);
    }
  });
}

/// The product of a few pixels with one vector of taps; wt: [channel][padded taps].
template <class Arch, int Pixels, class Real>
void scatter_tile(const plane_layer& k, const Real* stack, const Real* wt, Real* frame, int h, int x, int tap) {
  using V = vector_of<Real>;
  V sum[Pixels];
  for (V& v : sum) v = V(Real(0));
  for (int c = 0; c < k.channels; c += k.block) {
    const Real* from = stack + k.at(c, h * k.stack.width + x);
    for (int l = 0; l < k.block; ++l) {
      const V weight = V::load_unaligned(wt + (c + l) * k.taps_padded + tap);
      for (int p = 0; p < Pixels; ++p) sum[p] = xsimd::fma(V(from[p * k.block + l]), weight, sum[p]);
    }
  }
  alignas(64) Real value[Pixels][width<Real>];
  for (int p = 0; p < Pixels; ++p) sum[p].store_aligned(value[p]);
  const int end = (std::min)(k.taps, tap + width<Real>), kw = k.geo.kernel[1];
  Real* to = frame + h * k.geo.stride[0] * k.frame_width + x * k.geo.stride[1];
  if (kw == 4 && tap % 4 == 0)  // whole rows of taps
    for (int p = 0; p < Pixels; ++p)
      for (int t = tap; t < end; t += 4)
        for (int i = 0; i < 4; ++i) to[t / 4 * k.frame_width + p * k.geo.stride[1] + i] += value[p][t - tap + i];
  else
    for (int p = 0; p < Pixels; ++p)
      for (int t = tap; t < end; ++t)
        to[t / kw * k.frame_width + p * k.geo.stride[1] + t % kw] += value[p][t - tap];
}

template <class Arch, class Real>
void scatter(const plane_layer& k, const Real* stack, const Real* wt, Real* frame) {
  constexpr int pixels = 8;
  std::fill_n(frame, k.frame(), Real(0));
  for (int h = 0; h < k.stack.height; ++h) {
    int x = 0;
    for (; x + pixels <= k.stack.width; x += pixels)
      for (int tap = 0; tap < k.taps; tap += width<Real>)
        scatter_tile<Arch, pixels>(k, stack, wt, frame, h, x, tap);
    for (; x < k.stack.width; ++x)
      for (int tap = 0; tap < k.taps; tap += width<Real>) scatter_tile<Arch, 1>(k, stack, wt, frame, h, x, tap);
  }
}

/// Taps × Vectors accumulators over all pixels; dw: [tap][channels].
template <class Arch, int Taps, int Vectors, class Real>
void weights_tile(const plane_layer& k, const Real* frame, const Real* stack, Real* dw, int c, int kh, int kw) {
  using V = vector_of<Real>;
  V sum[Taps][Vectors];
  for (auto& row : sum)
    for (V& v : row) v = V(Real(0));
  for (int h = 0; h < k.stack.height; ++h) {
    const Real* row = frame + (h * k.geo.stride[0] + kh) * k.frame_width + kw;
    const Real* from[Vectors];
    for (int v = 0; v < Vectors; ++v) from[v] = stack + k.at(c + v * width<Real>, h * k.stack.width);
    for (int x = 0; x < k.stack.width; ++x) {
      V value[Vectors];
      for (int v = 0; v < Vectors; ++v) value[v] = V::load_unaligned(from[v] + x * k.block);
      for (int t = 0; t < Taps; ++t) {
        const V pixel(row[x * k.geo.stride[1] + t]);
        for (int v = 0; v < Vectors; ++v) sum[t][v] = xsimd::fma(pixel, value[v], sum[t][v]);
      }
    }
  }
  for (int t = 0; t < Taps; ++t)
    for (int v = 0; v < Vectors; ++v)
      sum[t][v].store_unaligned(dw + (kh * k.geo.kernel[1] + kw + t) * k.channels + c + v * width<Real>);
}

template <class Arch, class Real>
void weight_sums(const plane_layer& k, const Real* frame, const Real* stack, Real* dw) {
  over_channels<Real>(k.channels, [&](auto vectors, int c) {
    for (int kh = 0; kh < k.geo.kernel[0]; ++kh) {
      int kw = 0;
      for (; kw + 4 <= k.geo.kernel[1]; kw += 4) weights_tile<Arch, 4, vectors>(k, frame, stack, dw, c, kh, kw);
      for (; kw < k.geo.kernel[1]; ++kw) weights_tile<Arch, 1, vectors>(k, frame, stack, dw, c, kh, kw);
    }
  });
}

/// Whether the one channel is on the large side and the stack is made of whole vectors.
template <class Real>
constexpr bool is_plane_layer(const op& o) {
  const bool adjoint = o.geo.map == map_kind::transposed_convolution;
  const tensor &s = adjoint ? o.x : o.y, &l = adjoint ? o.y : o.x;
  return l.extent.channels == 1 && s.form.block > 1 && s.form.block % width<Real> == 0;
}

}  // namespace detail

template <class Arch, class Real>
void one_channel_forward(const job<Real>& j) {
  if (!detail::is_plane_layer<Real>(*j.what)) return window_forward(j);
  const detail::plane_layer k(*j.what);
  const bool adjoint = j.what->geo.map == map_kind::transposed_convolution;
  parallel_for(j.batch, [&](std::int64_t n) {
    Real* frame = j.scratch + n * k.frame();
    if (adjoint) {
      detail::scatter<Arch>(k, j.x + n * k.stack_size(), j.packed + k.taps * k.channels, frame);
      detail::from_frame(k, frame, j.y + n * k.plane.size());
    } else {
      detail::into_frame(k, j.x + n * k.plane.size(), frame);
      detail::gather<Arch>(k, frame, j.packed, j.y + n * k.stack_size());
    }
  });
}

template <class Arch, class Real>
void one_channel_backward(const job<Real>& j) {
  if (!detail::is_plane_layer<Real>(*j.what)) return window_backward(j);
  const detail::plane_layer k(*j.what);
  const bool adjoint = j.what->geo.map == map_kind::transposed_convolution;
  const Real *plane = adjoint ? j.dy : j.x, *stack = adjoint ? j.x : j.dy;
  const int sums = k.taps * k.channels;
  parallel_for(j.batch, [&](std::int64_t n) {
    Real* frame = j.scratch + n * k.frame();
    if (j.gradient || (j.dx && adjoint)) detail::into_frame(k, plane + n * k.plane.size(), frame);
    if (j.gradient)
      detail::weight_sums<Arch>(k, frame, stack + n * k.stack_size(), j.scratch + j.batch * k.frame() + n * sums);
    if (!j.dx) return;
    if (adjoint) detail::gather<Arch>(k, frame, j.packed, j.dx + n * k.stack_size());
    else {
      detail::scatter<Arch>(k, stack + n * k.stack_size(), j.packed + sums, frame);
      detail::from_frame(k, frame, j.dx + n * k.plane.size());
    }
  });
  if (!j.gradient) return;
  for (int c = 0; c < k.stack.channels; ++c)
    for (int tap = 0; tap < k.taps; ++tap) {
      Real total = 0;
      for (int n = 0; n < j.batch; ++n) total += j.scratch[j.batch * k.frame() + n * sums + tap * k.channels + c];
      j.gradient[c * k.taps + tap] += total;
    }
}

/// [tap][channels], then [channel][padded taps]; zero where there is no channel or tap.
template <class Real>
void one_channel_pack(const op& o, const Real* canonical, Real* packed) {
  if (!detail::is_plane_layer<Real>(o)) return;
  const detail::plane_layer k(o);
  std::fill_n(packed, k.channels * (k.taps + k.taps_padded), Real(0));
  for (int c = 0; c < k.stack.channels; ++c)
    for (int tap = 0; tap < k.taps; ++tap)
      packed[tap * k.channels + c] = packed[k.taps * k.channels + c * k.taps_padded + tap] = canonical[c * k.taps + tap];
}

template <class Arch, class Real>
constexpr kernel_functions<Real> one_channel_kernel() {
  return {.forward = &one_channel_forward<Arch, Real>,
          .backward = &one_channel_backward<Arch, Real>,
          .pack = &one_channel_pack<Real>,
          .scratch = [](const op& o, int batch) -> std::int64_t {
            const detail::plane_layer k(o);
            return std::int64_t(batch) * (k.frame() + k.taps * k.channels);
          }};
}

}  // namespace hepgan::native
