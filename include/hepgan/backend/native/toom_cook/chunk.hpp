// A chunk of events in the transform domain: into it, the products there, and out again. Loops here are divided among
// threads, or plain where a chunk is one thread's.
#pragma once
#include <hepgan/backend/native/products.hpp>
#include <hepgan/backend/native/toom_cook/tiles.hpp>
#include <hepgan/backend/native/toom_cook/weights.hpp>
#include <hepgan/core/parallel.hpp>

namespace hepgan::native::toom_cook {

/// One side of a chunk: a matrix for each point, [vector of channels][tile][width], or, of pairs, [vector][tile][pair
/// of channels] and then [vector][pair of tiles][width].
template <class Real>
struct matrices {
  shape side;
  Real* data;
  std::int64_t plane;  ///< from point to point
  int vectors;
};

/// What is multiplied along tiles; of pairs, made of those along channels.
template <class F, class Real>
matrices<Real> along_tiles(const domain& d, int tiles, const matrices<Real>& m) {
  if constexpr (F::factors == 1) {
    return m;
  } else {
    constexpr int width = F::width;
    const int pairs = (tiles + 1) / 2;
    const std::int64_t half = std::int64_t(m.vectors) * pairs * width;
    parallel_for(std::int64_t(d.points) * m.vectors, [&](std::int64_t i) {
      Real* const point = m.data + i / m.vectors * m.plane;
      const Real* from = point + i % m.vectors * tiles * (width / 2);
      Real* to = point + half + i % m.vectors * pairs * width;
      for (int t = 0; t + 1 < tiles; t += 2, from += width, to += width) F::store(to, F::turn(F::load(from)));
      if (tiles % 2) F::store(to, F::turn_first(from));
    });
    return {m.side, m.data + half, m.plane, m.vectors};
  }
}

/// V and M of some events, and how many threads work at it.
template <class Real>
struct chunk {
  int workers, first, events, tiles;
  matrices<Real> v, m;
  chunk(const domain& d, int batch, std::int64_t index, Real* memory, int workers)
      : workers(workers),
        first(static_cast<int>(index) * d.chunk_events(batch)),
        events((std::min)(d.chunk_events(batch), batch - first)),
        tiles(events * d.tiles_of_event()),
        v{d.large, memory, d.v_plane(tiles), d.parities * d.large_vectors()},
        m{d.small, memory + d.points * v.plane, d.m_plane(tiles), d.small_vectors()} {}
};

/// What is particular to a transform; all else is compiled once for all of them. Between images and points: one event's
/// channels of one vector.
template <class Real>
struct transform_functions {
  struct ways {
    void (*in)(const domain&, const Real* image, const Real* after, Real* points, std::int64_t plane,
               std::int64_t per_parity);
    void (*out)(const domain&, Real* image, const Real* after, const Real* points, std::int64_t plane,
                std::int64_t per_parity);
  };
  ways large, small;
  void (*add_taps)(const domain&, const Real* sums, int vectors, int small, int large, Real* gradient);
};
template <class T, class F, class Real, class V = typename F::floats>
inline constexpr transform_functions<Real> functions_of{
    .large = {.in = &large_to_points<F, typename T::along, Real>,
              .out = &large_from_points<V, typename T::along, Real>},
    .small = {.in = &small_to_points<F, typename T::along, Real>,
              .out = &small_from_points<V, typename T::along, Real>},
    .add_taps = &add_taps<V, T, Real>};

/// way(…) for every vector of channels of a side's images: in, as factors of products, or out, with what follows for
/// every block of them.
template <class V, class Real, class Image, class Points>
void over_vectors(const domain& d, const chunk<Real>& c, const matrices<Real>& of, Image* images,
                  void (*way)(const domain&, Image*, const Real*, Points*, std::int64_t, std::int64_t),
                  follow_up<Real> then = {}) {
  const int vectors = of.side.channels / V::width, of_block = d.block / V::width;
  const std::int64_t size = of.side.size(), per_parity = std::int64_t(of.side.channels) * c.tiles;
  const std::int64_t all = std::int64_t(c.events) * vectors;
  const auto image = [&](std::int64_t i) {
    return images + (c.first + i / vectors) * size + d.at(of.side, static_cast<int>(i % vectors) * V::width);
  };
  parallel_ranges(all / of_block, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t last = std::is_const_v<Image> ? all : end * of_block;  // what others write is theirs
    for (std::int64_t i = begin * of_block; i < end * of_block; ++i) {
      way(d, image(i), i + 1 < last ? image(i + 1) : nullptr,
          of.data + (i % vectors * c.tiles + i / vectors * d.tiles_of_event()) * (V::width / V::factors), of.plane,
          per_parity);
      if ((i + 1) % of_block == 0) then(std::int64_t(c.first) * vectors / of_block + i / of_block);
    }
  });
}

/// to = from · weights, the two sides of a chunk.
template <class V, class Real>
void multiply(const domain& d, const chunk<Real>& c, const matrices<Real>& from, const Real* weights,
              const matrices<Real>& to) {
  constexpr int width = V::width, steps = width / V::factors;
  const int tiles = c.tiles;
  const column_panels<V> panels{to.vectors * width, from.vectors * steps};
  const std::int64_t tasks = std::int64_t(d.points) * panels.count();
  // The next point is the same thread's as a rule, and in no cache yet.
  const bool images_follow =
      tasks >= std::int64_t(c.workers) * panels.count() && d.points * (from.plane + to.plane) > d.cache;
  parallel_for(tasks, [&](std::int64_t task) {
    const std::int64_t x = task / panels.count();
    const int panel = static_cast<int>(task % panels.count()), first = panels.first(panel);
    const strides s{.blocks = from.vectors,
                    .steps = steps,
                    .a_block = std::int64_t(tiles) * steps,
                    .a_step = 1,
                    .a_row = steps,
                    .b_step = panels.width(panel),
                    .b_vector = width,
                    .c_row = width,
                    .c_vector = tiles * width};
    const Real* const a = from.data + x * from.plane;
    const Real* const b = weights + x * d.weight_plane() + panels.packed_index(0, first);
    Real* const to_panel = to.data + x * to.plane + std::int64_t(first) * tiles;
    const row_tiles<V> rows(tiles);
    // Of what comes next each tile's block brings a part: the next panel of weights, and, over all panels, the next
    // point's images.
    const std::int64_t panel_numbers = std::int64_t(panels.steps) * panels.width(panel);
    const std::int64_t of_panel = std::int64_t(rows.count()) * from.vectors;
    const int each_b = task + 1 < tasks ? static_cast<int>(panel_numbers / of_panel) : 0;
    const int each_a =
        images_follow && x + 1 < d.points ? static_cast<int>(from.plane / (of_panel * panels.count())) : 0;
    for (int t = 0; t < rows.count(); ++t) {
      const std::int64_t before = std::int64_t(t) * from.vectors;
      const upcoming_factors<Real> next{{a + from.plane + (panel * of_panel + before) * each_a, each_a},
                                        {b + panel_numbers + before * each_b, each_b}};
      product_for<V, Real>(rows, t, panels, panel)(s, {}, a + rows.first(t) * steps, b,
                                                   to_panel + rows.first(t) * width, next);
    }
  });
}

/// Adds Σ over tiles V ⊗ M to the canonical gradient; each worker has `weight_sum_numbers` of memory.
template <class V, class Real>
void add_weight_gradient(const domain& d, const transform_functions<Real>& t, const chunk<Real>& c, Real* memory,
                         Real* gradient) {
  constexpr int width = V::width, rows = (std::min)(width, V::registers == 32 ? 8 : 4);
  const int large = d.large_vectors(), steps = (c.tiles + V::factors - 1) / V::factors;
  const column_panels<V> panels{c.m.vectors * width, d.points * d.parities * width};
  const matrices<Real> v = along_tiles<V>(d, c.tiles, c.v), m = along_tiles<V>(d, c.tiles, c.m);
  const std::int64_t row = std::int64_t(steps) * width;
  parallel_for(c.workers, std::int64_t(large) * panels.count(), [&](std::int64_t worker, std::int64_t task) {
    const int l = static_cast<int>(task) / panels.count(), panel = static_cast<int>(task) % panels.count();
    Real* const sums = memory + worker * weight_sum_numbers(d);
    panels.with_vectors(panel, [&](auto vectors) {
      const strides s{.blocks = 1,
                      .steps = steps,
                      .a_block = 0,
                      .a_step = width,
                      .a_row = 1,
                      .b_step = width,
                      .b_vector = row,
                      .c_row = vectors * d.points * width,
                      .c_vector = d.points * width};
      for (int x = 0; x < d.points; ++x)
        for (int p = 0; p < d.parities; ++p)
          for (int k = 0; k < width; k += rows)
            product_tile<V, rows, vectors>(s, {}, v.data + x * v.plane + (p * large + l) * row + k,
                                           m.data + x * m.plane + 2 * panel * row,
                                           sums + (p * width + k) * s.c_row + x * width);
      t.add_taps(d, sums, vectors, 2 * panel, l, gradient);
    });
  });
}

}  // namespace hepgan::native::toom_cook
