// The plane on the small side of the windows (many channels to one by a convolution, one to many by its adjoint): each
// direction as one loop over windows, vectors of channels.
#pragma once
#include <hepgan/backend/native/plane.hpp>

namespace hepgan::native::detail {

/// f(tap, pixel of the stack) for the window of pixel (h, x) of the plane.
template <class F, int Block>
constexpr void over_window(const plane_layer<Block>& k, int h, int x, F f) {
  const int top = h * k.geo.stride[0] - k.geo.pad[0], left = x * k.geo.stride[1] - k.geo.pad[1];
  const int kh_end = (std::min)(k.geo.kernel[0], k.stack.height - top);
  const int kw_end = (std::min)(k.geo.kernel[1], k.stack.width - left);
  for (int kh = (std::max)(0, -top); kh < kh_end; ++kh)
    for (int kw = (std::max)(0, -left); kw < kw_end; ++kw)
      f(kh * k.geo.kernel[1] + kw, (top + kh) * k.stack.width + left + kw);
}

/// f(pixel of the plane, tap, pixel of the stack) for all.
template <class F, int Block>
constexpr void over_windows(const plane_layer<Block>& k, F f) {
  for (int h = 0; h < k.plane.height; ++h)
    for (int x = 0; x < k.plane.width; ++x)
      over_window(k, h, x, [&](int tap, int q) { f(h * k.plane.width + x, tap, q); });
}

/// plane = W ∗ stack.
template <class V, class Real, int Block>
void narrow_forward(const plane_layer<Block>& k, const Real* stack, const Real* w, Real* plane) {
  for (int h = 0; h < k.plane.height; ++h)
    for (int x = 0; x < k.plane.width; ++x) {
      auto even = V::all(0), odd = V::all(0);
      over_window(k, h, x, [&](int tap, int q) {
        int c = 0;
        for (; c + 2 * V::width <= k.channels; c += 2 * V::width) {
          even = V::fma(V::load(w + tap * k.channels + c), V::load(stack + k.at(c, q)), even);
          odd = V::fma(V::load(w + tap * k.channels + c + V::width), V::load(stack + k.at(c + V::width, q)), odd);
        }
        if (c < k.channels) even = V::fma(V::load(w + tap * k.channels + c), V::load(stack + k.at(c, q)), even);
      });
      plane[h * k.plane.width + x] = V::sum(even + odd);
    }
}

/// Adds Wᵀ · plane to the stack.
template <class V, class Real, int Block>
void narrow_adjoint(const plane_layer<Block>& k, const Real* plane, const Real* w, Real* stack) {
  for (int c = 0; c < k.channels; c += V::width)
    over_windows(k, [&](int p, int tap, int q) {
      Real* to = stack + k.at(c, q);
      V::store(to, V::fma(V::all(plane[p]), V::load(w + tap * k.channels + c), V::load(to)));
    });
}

/// dw[tap][channels] = Σ plane · stack.
template <class V, class Real, int Block>
void narrow_tap_sums(const plane_layer<Block>& k, const Real* plane, const Real* stack, Real* dw) {
  std::fill_n(dw, k.weights(), Real(0));
  for (int c = 0; c < k.channels; c += V::width)
    over_windows(k, [&](int p, int tap, int q) {
      Real* to = dw + tap * k.channels + c;
      V::store(to, V::fma(V::all(plane[p]), V::load(stack + k.at(c, q)), V::load(to)));
    });
}

}  // namespace hepgan::native::detail
