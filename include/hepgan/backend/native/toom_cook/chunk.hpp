// Some events in the transform domain: into it, the products there, and out again. Every loop here is divided among
// threads, or runs within one.
#pragma once
#include <hepgan/backend/native/toom_cook/products.hpp>
#include <hepgan/backend/native/toom_cook/tiles.hpp>
#include <hepgan/backend/native/toom_cook/weights.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::toom_cook {

/// M and V of a chunk of events.
template <class Real>
struct chunk {
  int first, events, tiles;
  Real *m, *v;
  chunk(const domain& d, int batch, int index, Real* scratch)
      : first(index * d.chunk(batch)),
        events((std::min)(d.chunk(batch), batch - first)),
        tiles(events * d.tiles()),
        m(scratch),
        v(m + products * d.m_plane(d.chunk(batch) * d.tiles())) {}
};

/// f(one event's channels of one vector, where V or M of its first tile lies in `points`) for all, in parallel.
template <class V, class Real, class Image, class F>
void over_vectors(const domain& d, const chunk<Real>& c, const shape& side, Image* images, Real* points, F f) {
  const int vectors = side.channels / V::width;
  const std::int64_t size = std::int64_t(side.channels) * side.pixels();
  parallel_for(std::int64_t(c.events) * vectors, [&](std::int64_t i) {
    const std::int64_t event = i / vectors, vector = i % vectors;
    f(images + (c.first + event) * size + d.at(side, static_cast<int>(vector) * V::width, 0),
      points + (vector * c.tiles + event * d.tiles()) * V::width);
  });
}

template <class V, class Real>
void large_in(const domain& d, const chunk<Real>& c, const Real* images) {
  over_vectors<V>(d, c, d.large, images, c.v, [&](const Real* image, Real* v) {
    large_to_points<V>(d, image, v, d.v_plane(c.tiles), std::int64_t(d.large.channels) * c.tiles);
  });
}
template <class V, class Real>
void large_out(const domain& d, const chunk<Real>& c, Real* images) {
  over_vectors<V>(d, c, d.large, images, c.v, [&](Real* image, const Real* v) {
    large_from_points<V>(d, v, d.v_plane(c.tiles), std::int64_t(d.large.channels) * c.tiles, image);
  });
}
template <class V, class Real>
void small_in(const domain& d, const chunk<Real>& c, const Real* images) {
  over_vectors<V>(d, c, d.small, images, c.m,
                  [&](const Real* image, Real* m) { small_to_points<V>(d, image, m, d.m_plane(c.tiles)); });
}
template <class V, class Real>
void small_out(const domain& d, const chunk<Real>& c, Real* images) {
  over_vectors<V>(d, c, d.small, images, c.m,
                  [&](Real* image, const Real* m) { small_from_points<V>(d, m, d.m_plane(c.tiles), image); });
}

/// to[point] = from[point] · weights[point], channels in vectors on both sides.
template <class V, class Real>
void multiply(const domain& d, int tiles, const Real* from, std::int64_t from_plane, int from_vectors,
              const Real* weights, Real* to, std::int64_t to_plane, int to_vectors) {
  constexpr int width = V::width;
  const int across = panels(to_vectors);
  parallel_for(std::int64_t(products) * across, [&](std::int64_t task) {
    const std::int64_t x = task / across, panel = task % across;
    in_panel(to_vectors, static_cast<int>(panel), [&](auto vectors) {
      const strides s{.blocks = from_vectors,
                      .steps = width,
                      .a_block = std::int64_t(tiles) * width,
                      .a_step = 1,
                      .a_row = width,
                      .b_step = vectors * width,
                      .b_vector = width,
                      .c_row = width,
                      .c_vector = tiles * width};
      product_rows<V, vectors>(s, tiles, from + x * from_plane,
                               weights + x * d.weight_plane() + panel * 2 * from_vectors * width * width,
                               to + x * to_plane + panel * 2 * tiles * width);
    });
  });
}

/// Adds the chunk's Σ over tiles of V ⊗ M to the gradient, after `small_in`. V is made and used for one vector of large
/// channels at a time, so that it stays in a thread's own cache.
template <class V, class Real>
void add_weight_gradient(const domain& d, const chunk<Real>& c, const Real* images, Real* gradient) {
  constexpr int width = V::width, rows = (std::min)(width, V::registers == 32 ? 8 : 4);
  const std::int64_t size = std::int64_t(d.large.channels) * d.large.pixels();
  const std::int64_t row = d.v_row(c.tiles), plane = d.v_slice_plane(c.tiles);
  parallel_for(d.large_vectors(), [&](std::int64_t l) {
    const int channel = static_cast<int>(l) * width;
    Real* const v = c.v + l * products * plane;
    for (int event = 0; event < c.events; ++event)
      large_to_points<V>(d, images + (c.first + event) * size + d.at(d.large, channel, 0),
                         v + event * d.tiles() * width, plane, row);
    for (int panel = 0; panel < panels(d.small_vectors()); ++panel)
      in_panel(d.small_vectors(), panel, [&](auto vectors) {
        weight_products<V, vectors> sums;
        const strides s{.blocks = 1,
                        .steps = c.tiles,
                        .a_block = 0,
                        .a_step = width,
                        .a_row = 1,
                        .b_step = width,
                        .b_vector = c.tiles * width,
                        .c_row = vectors * width,
                        .c_vector = width};
        for (int x = 0; x < products; ++x)
          for (int p = 0; p < parities; ++p)
            for (int k = 0; k < width; k += rows)
              product_tile<V, rows, vectors>(s, v + x * plane + p * row + k,
                                             c.m + x * d.m_plane(c.tiles) + 2 * panel * row,
                                             sums.at + x * sums.plane + (p * width + k) * vectors * width);
        add_taps<V, vectors>(d, sums, 2 * panel, static_cast<int>(l), gradient);
      });
  });
}

}  // namespace hepgan::native::toom_cook
