// Convolution and its adjoint, as linear maps with zero padding; bias and circular padding are parts of their own.
#pragma once
#include <hepgan/backend/op.hpp>
#include <hepgan/layers/bias.hpp>
#include <hepgan/layers/circular.hpp>
#include <hepgan/layers/options.hpp>

namespace hepgan {
namespace detail {

/// f(channel of the small side, pixel there, channel of the large side, pixel there, tap) for a strided window: what a
/// convolution and its adjoint have in common.
template <class F>
constexpr void windows(shape small, shape large, const geometry& g, F f) {
  for (int h = 0; h < small.height; ++h)
    for (int w = 0; w < small.width; ++w)
      for (int kh = 0; kh < g.kernel[0]; ++kh)
        for (int kw = 0; kw < g.kernel[1]; ++kw) {
          const int lh = h * g.stride[0] - g.pad[0] + kh, lw = w * g.stride[1] - g.pad[1] + kw;
          if (lh < 0 || lh >= large.height || lw < 0 || lw >= large.width) continue;
          f(h * small.width + w, lh * large.width + lw, kh * g.kernel[1] + kw);
        }
}

/// Σ over windows and channel pairs; weights lie as [small channel][large channel][kh][kw].
template <class F>
constexpr void window_terms(shape small, shape large, const geometry& g, F f) {
  const int taps = g.kernel[0] * g.kernel[1];
  for (int s = 0; s < small.channels; ++s)
    for (int l = 0; l < large.channels; ++l)
      windows(small, large, g, [&](int ps, int pl, int tap) {
        f((s * large.channels + l) * taps + tap, s * small.pixels() + ps, l * large.pixels() + pl);
      });
}

}  // namespace detail

/// The primitive: y = W ∗ x with zero padding. Weights [out][in][kh][kw].
template <int Channels, geometry G>
struct convolution : linear_map {
  static constexpr const char* name = "conv2d";
  static constexpr geometry geo = G;
  static constexpr shape output(shape in) {
    const int h = in.height + 2 * G.pad[0] - G.kernel[0], w = in.width + 2 * G.pad[1] - G.kernel[1];
    return h < 0 || w < 0 ? shape{} : shape{Channels, h / G.stride[0] + 1, w / G.stride[1] + 1};
  }
  static constexpr int weights(shape in) { return Channels * fan_in(in); }
  static constexpr int fan_in(shape in) { return in.channels * G.kernel[0] * G.kernel[1]; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    detail::window_terms(output(in), in, G, [&](int w, int y, int x) { f(w, x, y); });
  }
};

/// The primitive adjoint. Weights [in][out][kh][kw], fan-in as PyTorch counts it (out·kh·kw).
template <int Channels, geometry G, int ExtraH, int ExtraW>
struct transposed_convolution : linear_map {
  static constexpr const char* name = "conv2d_transpose";
  static constexpr geometry geo = G;
  static constexpr shape output(shape in) {
    const int h = (in.height - 1) * G.stride[0] - 2 * G.pad[0] + G.kernel[0] + ExtraH;
    const int w = (in.width - 1) * G.stride[1] - 2 * G.pad[1] + G.kernel[1] + ExtraW;
    return h < 1 || w < 1 ? shape{} : shape{Channels, h, w};
  }
  static constexpr int weights(shape in) { return in.channels * fan_in(in); }
  static constexpr int fan_in(shape) { return Channels * G.kernel[0] * G.kernel[1]; }
  template <class F>
  static constexpr void terms(shape in, F f) {
    detail::window_terms(in, output(in), G, f);
  }
};

/// conv2d<channels, kernel<4>, stride<2>, pad<1>>: (in, H, W) → (channels, ⌊(H + 2·pad − kernel)/stride⌋ + 1, …).
/// Options: kernel, stride, pad (zeros), circular<axis…> (the padding of these axes wraps), bias.
template <int Channels, class... Options>
struct conv2d {
  static constexpr const char* name = "conv2d";
  using chosen = detail::options<false, Options...>;
  static constexpr auto wrapped = detail::only(chosen::pad, chosen::wrap, true);
  static constexpr geometry geo{map_kind::convolution, chosen::kernel, chosen::stride,
                                detail::only(chosen::pad, chosen::wrap, false)};
  using parts = detail::joined<detail::if_any<(wrapped[0] + wrapped[1] > 0), circular_pad<wrapped[0], wrapped[1]>>,
                               type_list<convolution<Channels, geo>>, detail::if_any<chosen::has_bias, channel_bias>>;
};

/// conv2d_transpose<channels, kernel<4>, stride<2>, pad<1>>: (in, H, W) → (channels, (H−1)·stride − 2·pad + kernel +
/// output_pad, …); the adjoint of conv2d with the same options. On a circular axis what reaches over one edge is added
/// at the other.
template <int Channels, class... Options>
struct conv2d_transpose {
  static constexpr const char* name = "conv2d_transpose";
  using chosen = detail::options<true, Options...>;
  static constexpr auto wrapped = detail::only(chosen::pad, chosen::wrap, true);
  static constexpr geometry geo{map_kind::transposed_convolution, chosen::kernel, chosen::stride,
                                detail::only(chosen::pad, chosen::wrap, false)};
  using parts =
      detail::joined<type_list<transposed_convolution<Channels, geo, chosen::output_pad[0], chosen::output_pad[1]>>,
                     detail::if_any<(wrapped[0] + wrapped[1] > 0), circular_fold<wrapped[0], wrapped[1]>>,
                     detail::if_any<chosen::has_bias, channel_bias>>;
};

}  // namespace hepgan
