// Images at other sizes than their own: what networks that grow read, and what they make.
#pragma once
#include <hepgan/backend/native/resampling.hpp>
#include <hepgan/backend/op.hpp>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/train/sampler.hpp>
#include <span>
#include <string>
#include <vector>

namespace hepgan {

namespace detail {

/// Images of so many pixels per side through average_pool or nearest_up.
inline void resample_images(map_kind map, std::span<const float> from, int size, int factor, std::span<float> to) {
  const bool up = map == map_kind::nearest_up;
  if (size < 1 || factor < 1 || (!up && size % factor != 0))
    throw error({"images at another size: found ", size, " pixels per side and a factor of ", factor,
                 ", expected both from 1 on, and to average by one that divides the size"});
  const int made = up ? size * factor : size / factor;
  const std::size_t pixels = std::size_t(size) * size, images = from.size() / pixels;
  expect_size("images at another size", from.size(), images * pixels);
  expect_size("images at another size", to.size(), images * made * made);
  op o{};
  o.geo = {.map = map, .stride = {factor, factor}};
  o.x.extent = shape(1, size, size), o.y.extent = shape(1, made, made);
  native::resampling_forward<arch::blocked<arch::current, 1>, float>(
      {.what = &o, .batch = static_cast<int>(images), .x = from.data(), .y = to.data()});
}

}  // namespace detail

/// Images of so many pixels per side as means of windows, `factor` to a side; and back, each pixel repeated.
inline void average_images(std::span<const float> from, int size, int factor, std::span<float> to) {
  detail::resample_images(map_kind::average_pool, from, size, factor, to);
}
inline void repeat_pixels(std::span<const float> from, int size, int factor, std::span<float> to) {
  detail::resample_images(map_kind::nearest_up, from, size, factor, to);
}
/// Events as `sampler::sample` makes them, each pixel repeated up to so many to a side.
template <network_type Generator>
void sample_enlarged(sampler<Generator>& made, int size, std::uint64_t seed, std::uint64_t first, std::int64_t n,
                     std::span<float> images, std::span<const float> conditions = {}) {
  constexpr shape own = Generator::output;
  static_assert(own.height == own.width, "hepgan: sample_enlarged takes generators of square images");
  if (n < 0 || size < 1 || size % own.height != 0)
    throw error({"sample_enlarged: found ", n, " events of ", size,
                 " pixels per side, expected 0 or more, of a multiple of ", own.height});
  expect_size("sample_enlarged", images.size(), std::size_t(n) * own.channels * size * size);
  std::vector<float> small(std::size_t(n) * own.size());
  made.sample(seed, first, n, small, conditions);
  repeat_pixels(small, own.height, size / own.height, images);
}
/// α of each pixel and 1 − α of the mean of the four where it lies: real events as a level that fades in sees them.
inline void fade_images(std::span<float> images, int size, float alpha) {
  if (size < 2 || size % 2 != 0)
    throw error({"fade_images: found ", size, " pixels per side, expected an even number"});
  const std::size_t pixels = std::size_t(size) * size, planes = images.size() / pixels;
  expect_size("fade_images", images.size(), planes * pixels);
  parallel_for(static_cast<std::int64_t>(planes), [&](std::int64_t plane) {
    for (int h = 0; h < size; h += 2)
      for (int w = 0; w < size; w += 2) {
        float* const upper = &images[(plane * size + h) * size + w];
        float* const lower = upper + size;
        const float mean = (upper[0] + upper[1] + lower[0] + lower[1]) / 4;
        for (float* pixel : {upper, upper + 1, lower, lower + 1}) *pixel = alpha * *pixel + (1 - alpha) * mean;
      }
  });
}

}  // namespace hepgan
