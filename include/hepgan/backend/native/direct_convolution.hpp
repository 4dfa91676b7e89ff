// Convolutions of any window between several channels, and their adjoints, as products of frames and packed weights:
// for each output the products are those of its definition, and of padding those rows that others of its tile need.
// Both sides lie in the same channel blocks, of 8 or 16. No sum is divided among threads, so results do not depend on
// their number.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/native/bf16.hpp>
#include <hepgan/backend/native/direct/narrow_rows.hpp>
#include <hepgan/backend/native/direct/weight_gradient.hpp>
#include <hepgan/backend/native/direct/weights.hpp>

namespace hepgan::native {
namespace direct {

/// So many rows of outputs of one panel of channels, two only if they are narrow; V's are the factors.
template <class V, class Real>
void rows_of_outputs(const direction& d, int phase, const column_panels<V>& panels, int panel, int row, int together,
                     const Real* frame_of_event, const Real* weights, Real* image) {
  const outputs rows = d.rows(phase), columns = d.columns(phase);
  if (columns.count == 0) return;
  const frame& f = d.framed;
  // the rows of the frame that are more than padding
  const int first = rows.start + row * rows.step;
  const int last = first + (together - 1) * rows.step;
  const int skipped = std::clamp(f.top - last, 0, rows.taps);
  const int summed = std::clamp(f.top + f.image.height - first, skipped, rows.taps) - skipped;
  const int channel = panels.first(panel), h = rows.first + row * rows.every;
  const strides s{.blocks = summed * f.blocks,
                  .steps = columns.taps * f.block,
                  .a_block = f.row(),
                  .a_step = 1,
                  .a_row = std::int64_t(columns.step) * f.block,
                  .b_step = panels.width(panel),
                  .b_vector = V::width,
                  .c_row = std::int64_t(columns.every) * d.to.form.block,
                  .c_vector = d.vector_stride(V::width)};
  const Real* const a = frame_of_event + (first + skipped) * f.blocks * f.row() + columns.start * f.block;
  const Real* const b = weights + std::int64_t(skipped) * f.blocks * s.steps * s.b_step;
  if (together == 2)
    return panels.with_vectors(panel, [&](auto vectors) {
      const auto both = columns.count == 4 ? &narrow_rows<V, 4, vectors, Real> : &narrow_rows<V, 2, vectors, Real>;
      const narrow_window window(f, columns, first + skipped, rows.step, summed);
      both(s, window, d.at(0, rows.every, 0), a, b, image + d.at(channel, h, columns.first));
    });
  const row_tiles<V> pixels(columns.count);
  for (int t = 0; t < pixels.count(); ++t) {
    const int pixel = pixels.first(t);
    product_for<V, Real>(pixels, t, panels, panel)(s, {}, a + pixel * s.a_row, b,
                                                   image + d.at(channel, h, columns.first + pixel * columns.every), {});
  }
}

/// What a phase's outputs are divided into: some rows of an event's by a panel of channels, panel by panel, so that its
/// weights stay in a core's cache.
template <class V>
struct phase_tasks {
  column_panels<V> panels;
  int events, together, rows;
  phase_tasks(const direction& d, int phase, int events) : panels{d.to_channels, d.steps(phase)}, events(events) {
    const int all = d.rows(phase).count;
    together = is_narrow(d.columns(phase)) && all % 2 == 0 ? 2 : 1, rows = all / together;
  }
  std::int64_t count() const { return std::int64_t(panels.count()) * events * rows; }
  std::int64_t weights() const { return std::int64_t(panels.columns) * panels.steps; }
};

/// All events, and all phases in one loop: for few events each is short.
template <class V, class Real>
void run(const direction& d, int batch, int threads, const Real* from, const Real* weights, Real* frames, Real* to) {
  const frame& f = d.framed;
  const int chunk = chunk_events(f, d.cache, batch, threads);
  for (int first = 0; first < batch; first += chunk) {
    const int events = (std::min)(chunk, batch - first);
    fill_frames<V>(f, from + first * f.stored(), events, frames);
    std::int64_t tasks = 0;
    for (int phase = 0; phase < d.phases(); ++phase) tasks += phase_tasks<V>(d, phase, events).count();
    parallel_for(tasks, [&](std::int64_t i) {
      int phase = 0;
      const Real* of_phase = weights;
      phase_tasks<V> t(d, phase, events);
      for (; i >= t.count(); t = phase_tasks<V>(d, ++phase, events)) i -= t.count(), of_phase += t.weights();
      const int panel = static_cast<int>(i / t.rows / events), event = static_cast<int>(i / t.rows % events);
      rows_of_outputs<V>(d, phase, t.panels, panel, static_cast<int>(i % t.rows) * t.together, t.together,
                         frames + event * f.numbers(), of_phase + t.panels.packed_index(0, t.panels.first(panel)),
                         to + (first + event) * d.stored());
    });
  }
}

template <class Arch, class V>
direction direction_of(const op& o, pass p, V) {
  return direction(o, to_small(o, p), Arch::cache, V::factors);
}

template <class Arch, precision Products, class Real>
void forward(const job<Real>& j) {
  with_factors<Arch, Products, Real>(j.what->x.form.block, [&]<class V>(V v) {
    run<V>(direction_of<Arch>(*j.what, pass::forward, v), j.batch, j.threads, j.x, j.packed, j.scratch, j.y);
  });
}

template <class Arch, precision Products, class Real>
void backward(const job<Real>& j) {
  with_factors<Arch, Products, Real>(j.what->x.form.block, [&]<class V>(V v) {
    const op& o = *j.what;
    const bool transposed = sides_of(o).transposed;
    if (j.gradient) {
      const direction d(o, true, Arch::cache);
      add_weight_gradient<typename V::floats, widest_lanes<Arch, Real>>(
          d, j.batch, j.threads, transposed ? j.dy : j.x, transposed ? j.x : j.dy, j.scratch,
          j.scratch + chunk_numbers(d.framed, d.cache, j.batch, j.threads), j.gradient);
    }
    if (j.dx) run<V>(direction_of<Arch>(o, pass::backward, v), j.batch, j.threads, j.dy, j.packed, j.scratch, j.dx);
  });
}

template <class Arch, precision Products, class Real>
void pack(const op& o, pass p, const Real* canonical, Real* packed) {
  with_factors<Arch, Products, Real>(
      o.x.form.block, [&]<class V>(V v) { pack_weights<V>(direction_of<Arch>(o, p, v), canonical, packed); });
}

/// Frames of a chunk; in training those of either side, and those of the weight gradient, which is of floats, with its
/// workers' sums.
template <class Arch, precision Products, class Real>
std::int64_t scratch(const op& o, const workload& w) {
  const auto frames = [&](const direction& d) { return chunk_numbers(d.framed, d.cache, w.batch, w.threads); };
  const auto factors = [&](pass p) {
    return frames(direction(o, to_small(o, p), Arch::cache, factors_of_a_place(Products)));
  };
  if (!w.training) return factors(pass::forward);
  const direction d(o, true, Arch::cache);
  std::int64_t sums = 0;
  with_lanes<Arch, Real>(o.x.form.block, [&]<class V>(V) {
    sums = window_product<widest_lanes<Arch, Real>>(d, w.batch).scratch(w.threads, V::width);
  });
  return (std::max)({frames(d) + sums, factors(pass::forward), factors(pass::backward)});
}

}  // namespace direct

template <class Arch, class Real, precision Products = precision::fp32>
constexpr kernel_functions<Real> direct_convolution_kernel() {
  return {.forward = &direct::forward<Arch, Products, Real>,
          .backward = &direct::backward<Arch, Products, Real>,
          .pack = &direct::pack<arch::compiled_for<Arch>, Products, Real>,
          .scratch = &direct::scratch<Arch, Products, Real>,
          .describe = [](const kernel_resource*) {
            return Products == precision::bf16 ? "direct_convolution_bf16" : "direct_convolution";
          }};
}

}  // namespace hepgan::native
