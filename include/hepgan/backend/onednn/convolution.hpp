// Convolution and its adjoint on oneDNN, in the network's blocked layout. A transposed convolution runs forward as the
// data gradient of the convolution that it is the adjoint of, and backward as that convolution: oneDNN has no fp32
// deconvolution kernel of its own.
#pragma once
#include <hepgan/backend/kernel.hpp>
#include <hepgan/backend/onednn/api.hpp>
#include <hepgan/backend/onednn/weights.hpp>

namespace hepgan::onednn {

inline dnnl_format_tag_t image_tag(layout l) {
  return l.block == 16 ? dnnl_nChw16c : l.block == 8 ? dnnl_nChw8c : dnnl_nchw;
}
/// `small_inner`: a convolution's order of weights; otherwise its data gradient's.
inline dnnl_format_tag_t weight_tag(int block, bool small_inner) {
  if (block == 16) return small_inner ? dnnl_OIhw16i16o : dnnl_OIhw16o16i;
  return small_inner ? dnnl_OIhw8i8o : dnnl_OIhw8o8i;
}

/// The primitives of one convolution at one batch size.
struct convolution_primitives : kernel_resource {
  action gather, scatter, weights;  // large → small, small → large, weight gradient
  std::string names;

  [[gnu::cold]] convolution_primitives(const op&, const workload&);
};

inline convolution_primitives::convolution_primitives(const op& o, const workload& w) {
  const auto [small, large, transposed] = sides_of(o);
  // Padding is channels like others, whose weights are 0: oneDNN has no fast kernels where it has to leave some out.
  const auto stored = [](const tensor& t) { return padded_channels(t.extent, t.form); };
  const auto image = [&](const tensor& t) -> tensor_order {
    return {{w.batch, stored(t), t.extent.height, t.extent.width}, image_tag(t.form)};
  };
  const auto order = [&, &small = small, &large = large](bool small_inner) -> tensor_order {
    return {{stored(small), stored(large), o.geo.kernel[0], o.geo.kernel[1]},
            weight_tag(small.form.block, small_inner)};
  };
  const window down{
      image(large), order(true), image(small), {o.geo.stride[0], o.geo.stride[1]}, {o.geo.pad[0], o.geo.pad[1]}};
  window up = down;
  up.w = order(false);

  const auto hint = forward(down);
  if (!transposed || w.training) gather.prepare(hint, {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST});
  if (transposed || w.training)
    scatter.prepare(backward_data(up, hint), {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC});
  if (w.training)
    weights.prepare(backward_weights(down, hint), {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS});
  for (const action* a : {&gather, &scatter, &weights})
    if (*a->name()) names += (names.empty() ? "" : " ") + std::string(a->name());
}

inline void convolution_forward(const job<float>& j) {
  const auto* p = static_cast<const convolution_primitives*>(j.resource);
  (to_small(*j.what, pass::forward) ? p->gather : p->scatter).run(j.x, j.packed, j.y);
}

inline void convolution_backward(const job<float>& j) {
  const auto* p = static_cast<const convolution_primitives*>(j.resource);
  const bool transposed = sides_of(*j.what).transposed;
  if (j.gradient) {
    p->weights.run(transposed ? j.dy : j.x, transposed ? j.x : j.dy, j.scratch);
    unpack_add(*j.what, j.scratch, j.gradient);
  }
  if (j.dx) (transposed ? p->gather : p->scatter).run(j.dy, j.packed, j.dx);
}

constexpr kernel_functions<float> convolution_kernel() {
  return {.forward = &convolution_forward,
          .backward = &convolution_backward,
          .pack = &pack,
          .scratch = [](const op& o, const workload& w) -> std::int64_t { return w.training ? channels(o).size() : 0; },
          .make = [](const op& o, const workload& w) -> kernel_resource* { return new convolution_primitives(o, w); },
          .describe =
              [](const kernel_resource* r) { return static_cast<const convolution_primitives*>(r)->names.c_str(); }};
}

}  // namespace hepgan::onednn
