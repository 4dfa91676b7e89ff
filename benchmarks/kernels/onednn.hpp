// A linear map on oneDNN alone, in the format that is fastest there, whatever its neighbours would want: what our
// kernels are measured by.
#pragma once
#include <functional>
#include <hepgan/backend/onednn/api.hpp>
#include <hepgan/backend/select.hpp>
#include <limits>

#include "fixture.hpp"

namespace hepgan::bench {

enum class direction { forward, data_gradient, weight_gradient };

/// What is measured: a call, and the name of what it runs.
struct work {
  std::function<void()> run;  ///< none where it is oneDNN's reference
  std::string kernel;
};

/// Of direct convolution, per event: those with the padding counted.
inline double products_of(const op& o) {
  return double(o.weights.count) * (o.geo.map == map_kind::dense ? 1 : sides_of(o).small.extent.pixels());
}

/// Images of this format, weights of the one that oneDNN likes best with it.
struct image_format {
  dnnl_format_tag_t large, small;
  const char* name;
};

/// Any linear map as a strided window between a small image and a large one: a dense layer's covers its input.
inline onednn::window window_of(const op& o, int batch, image_format f, dnnl_format_tag_t weights) {
  const auto [small, large, transposed] = sides_of(o);
  const bool dense = o.geo.map == map_kind::dense;
  const shape s = dense ? shape(small.extent.size(), 1, 1) : small.extent, l = large.extent;
  const int height = dense ? l.height : o.geo.kernel[0], width = dense ? l.width : o.geo.kernel[1];
  return {{{batch, l.channels, l.height, l.width}, f.large},
          {{s.channels, l.channels, height, width}, weights},
          {{batch, s.channels, s.height, s.width}, f.small},
          {o.geo.stride[0], o.geo.stride[1]},
          {o.geo.pad[0], o.geo.pad[1]}};
}

inline auto order_of(const onednn::primitive_description& d, int slot) {
  return dnnl_primitive_desc_query_md(d.get(), dnnl_query_exec_arg_md, slot);
}

using slots = std::initializer_list<int>;

/// A primitive on tensors of its own.
struct primitive {
  onednn::action action;
  std::array<aligned_block<float>, 3> tensors;
  primitive(const onednn::primitive_description& d, slots of) {
    action.prepare(d, of);
    auto* to = tensors.data();
    for (const int slot : of) *to++ = filled(dnnl_memory_desc_get_size(order_of(d, slot)) / sizeof(float));
  }
  void run() const { action.run(tensors[0].data(), tensors[1].data(), tensors[2].data()); }
};

/// A weight gradient comes back into canonical order, as ours does.
inline work convolution_in(image_format f, const op& o, int batch, direction way) {
  using namespace onednn;
  const auto window = window_of(o, batch, f, dnnl_format_tag_any);
  const auto hint = forward(window);
  if (way == direction::weight_gradient) {
    const auto d = backward_weights(window, hint);
    const auto made = std::make_shared<primitive>(d, slots{DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS});
    const auto canonical = forward(window_of(o, batch, {dnnl_nchw, dnnl_nchw, ""}, dnnl_oihw));
    const auto from = order_of(d, DNNL_ARG_DIFF_WEIGHTS), to = order_of(canonical, DNNL_ARG_WEIGHTS);
    std::function<void()> run = [made] { made->run(); };
    if (!dnnl_memory_desc_equal(from, to)) {
      const auto reorder = make<primitive_description>("describe a reorder", dnnl_reorder_primitive_desc_create, from,
                                                       cpu(), to, cpu(), onednn::detail::own_scratchpad().get());
      const auto back = std::make_shared<action>();
      back->prepare(reorder, {DNNL_ARG_FROM, DNNL_ARG_TO});
      const auto gradient = std::make_shared<aligned_block<float>>(filled(o.kernel_weights()));
      run = [=] { made->run(), back->run(made->tensors[2].data(), gradient->data()); };
    }
    return {run, made->action.name()};
  }
  const bool gathers = sides_of(o).transposed == (way == direction::data_gradient);
  const auto made = gathers
                        ? std::make_shared<primitive>(hint, slots{DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST})
                        : std::make_shared<primitive>(backward_data(window, hint),
                                                      slots{DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC});
  return {[made] { made->run(); }, made->action.name()};
}

/// Its matrix product, of images in plain order and weights in canonical.
inline work product_of(const op& o, int batch, direction way) {
  const std::int64_t n = batch, nx = o.x.extent.size(), ny = o.y.extent.size();
  struct matrices {
    aligned_block<float> x, y, w;
  };
  const auto m = std::make_shared<matrices>(matrices{filled(n * nx), filled(n * ny), filled(nx * ny)});
  const bool outer = sides_of(o).transposed;  // its weights lie [input][output]
  const auto gemm = [](char ta, char tb, std::int64_t rows, std::int64_t columns, std::int64_t steps, const float* a,
                       std::int64_t lda, const float* b, std::int64_t ldb, float* c) {
    onednn::check(dnnl_sgemm(ta, tb, rows, columns, steps, 1.f, a, lda, b, ldb, 0.f, c, columns), "multiply matrices");
  };
  const auto run = [=] {
    const float *x = m->x.data(), *y = m->y.data(), *w = m->w.data();
    switch (way) {
      case direction::forward:
        return gemm('N', outer ? 'N' : 'T', n, ny, nx, x, nx, w, outer ? ny : nx, m->y.data());
      case direction::data_gradient:
        return gemm('N', outer ? 'T' : 'N', n, nx, ny, y, ny, w, outer ? ny : nx, m->x.data());
      case direction::weight_gradient:
        return outer ? gemm('T', 'N', nx, ny, n, x, nx, y, ny, m->w.data())
                     : gemm('T', 'N', ny, nx, n, y, ny, x, nx, m->w.data());
    }
  };
  return {run, "gemm"};
}

/// The fastest, by a trial: of large layers on a few events.
inline work fastest_on_onednn(const op& o, int batch, direction way) {
  const int few = (std::min)(batch, (std::max)(16, static_cast<int>(1e9 / products_of(o))));
  using made_for = std::function<work(int)>;
  std::vector<made_for> all;
  for (const image_format& f : {image_format{dnnl_format_tag_any, dnnl_format_tag_any, ""},
                                {dnnl_nhwc, dnnl_nhwc, " nhwc"},
                                {dnnl_nchw, dnnl_nchw, " nchw"},
                                {dnnl_nchw, dnnl_format_tag_any, " nchw, any"}})
    all.push_back([=](int events) {
      work w = convolution_in(f, o, events, way);
      w.kernel += f.name;
      return w;
    });
  if (is_matrix_product(o)) all.push_back([=](int events) { return product_of(o, events, way); });

  const made_for* best = nullptr;
  double least = std::numeric_limits<double>::infinity();
  for (const made_for& each : all) {
    try {
      const work w = each(few);
      if (w.kernel.starts_with("ref")) continue;
      w.run();
      if (const double t = best_seconds(w.run, 0.02); t < least) least = t, best = &each;
    } catch (const error&) {  // it has none in that format
    }
  }
  return best ? (*best)(batch) : work{{}, "ref"};
}

}  // namespace hepgan::bench
