// Windows of one pixel: the plane is a sum of the stack's channels, or the stack the plane times each of their weights.
// They do so little with each number that memory is their limit.
#pragma once
#include <hepgan/backend/native/plane.hpp>
#include <hepgan/backend/native/shuffles.hpp>

namespace hepgan::native::detail {

/// The plane's pixels from p.
template <class V, int Pixels, class Real, int Block>
void sum_channels_tile(const plane_layer<Block>& k, const Real* stack, const Real* w, Real* plane, int p) {
  std::array<typename V::type, Pixels> sum;
#pragma GCC unroll 16
  for (auto& s : sum) s = V::all(0);
  const int block = k.block;
  for (int c = 0; c < k.channels; c += V::width) {
    const auto weight = V::load(w + c);
    const Real* from = stack + k.at(c, p);
    ask_for_pixels<Pixels>(from, block);
#pragma GCC unroll 16
    for (int i = 0; i < Pixels; ++i) sum[i] = V::fma(weight, V::load(from + i * block), sum[i]);
  }
  if constexpr (Pixels == V::width)
    V::store(plane + p, sums_of_rows<V>(sum));
  else
    plane[p] = V::sum(sum[0]);
}

/// plane = Σ w · stack, over channels.
template <class V, class Real, int Block>
void sum_channels(const plane_layer<Block>& k, const Real* stack, const Real* w, Real* plane) {
  const int pixels = k.stack.pixels();
  if (pixels < V::width)
    for (int p = 0; p < pixels; ++p) sum_channels_tile<V, 1>(k, stack, w, plane, p);
  else  // the last tile may overlap the one before
    for (int p = 0; p < pixels; p += V::width)
      sum_channels_tile<V, V::width>(k, stack, w, plane, (std::min)(p, pixels - V::width));
}

/// stack = w · planes; past the caches if it is read much later.
template <class V, class Real, int Block>
void spread_pixels(const plane_layer<Block>& k, const Real* plane, const Real* w, Real* stack, bool later) {
  const int pixels = k.stack.pixels(), block = k.block;
  for (int c = 0; c < k.channels; c += V::width) {
    const auto weight = V::load(w + c);
    const auto spread = [&](auto store) {
      Real* to = stack + k.at(c, 0);
#pragma GCC unroll 4
      for (int p = 0; p < pixels; ++p, to += block) {
        auto sum = weight * V::all(plane[p]);
        for (int n = 1; n < k.planes; ++n)
          sum = V::fma(V::load(w + n * k.packed() + c), V::all(plane[n * pixels + p]), sum);
        store(to, sum);
      }
    };
    if (later)
      spread([](Real* to, auto v) { V::stream(to, v); });
    else
      spread([](Real* to, auto v) { V::store(to, v); });
  }
  if (later) V::settle();
}

/// dw[channels] = Σ plane · stack, over pixels.
template <class V, class Real, int Block>
void sum_pixels(const plane_layer<Block>& k, const Real* plane, const Real* stack, Real* dw) {
  constexpr int pixels = 8;  // at a time, or each would wait for the one before
  for (int c = 0; c < k.channels; c += V::width) {
    std::array<typename V::type, pixels> sum;
#pragma GCC unroll 8
    for (auto& s : sum) s = V::all(0);
    const Real* from = stack + k.at(c, 0);
    int p = 0;
    for (; p + pixels <= k.stack.pixels(); p += pixels)
#pragma GCC unroll 8
      for (int i = 0; i < pixels; ++i) sum[i] = V::fma(V::all(plane[p + i]), V::load(from + (p + i) * k.block), sum[i]);
    for (; p < k.stack.pixels(); ++p) sum[0] = V::fma(V::all(plane[p]), V::load(from + p * k.block), sum[0]);
#pragma GCC unroll 3
    for (int n = pixels / 2; n > 0; n /= 2)
#pragma GCC unroll 4
      for (int i = 0; i < n; ++i) sum[i] = sum[i] + sum[i + n];
    V::store(dw + c, sum[0]);
  }
}

}  // namespace hepgan::native::detail
