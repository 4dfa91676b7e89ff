// The one page that knows oneDNN's versions: 2.6 builds primitives from descriptors, 3.x without. Only this room
// includes dnnl.hpp.
#pragma once
#include <dnnl.hpp>

#include <string>
#include <vector>

#include <hepgan/core/aligned.hpp>

namespace hepgan::onednn {

inline const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

using dims = dnnl::memory::dims;
using tag = dnnl::memory::format_tag;

inline dnnl::memory::desc describe(const dims& d, tag t) { return {d, dnnl::memory::data_type::f32, t}; }

/// A strided window: what a convolution primitive needs in each of its three directions.
struct window {
  dnnl::memory::desc x, w, y;
  dims stride, pad, pad_end;
};

namespace detail {

inline dnnl::primitive_attr own_scratchpad() {
  dnnl::primitive_attr a;
  a.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return a;
}
constexpr auto direct = dnnl::algorithm::convolution_direct;

}  // namespace detail

#if DNNL_VERSION_MAJOR >= 3
inline auto forward(const window& v, dnnl::prop_kind kind = dnnl::prop_kind::forward_training) {
  return dnnl::convolution_forward::primitive_desc(cpu(), kind, detail::direct, v.x, v.w, v.y, v.stride, v.pad,
                                                   v.pad_end, detail::own_scratchpad());
}
inline auto backward_data(const window& v, const dnnl::convolution_forward::primitive_desc& hint) {
  return dnnl::convolution_backward_data::primitive_desc(cpu(), detail::direct, v.x, v.w, v.y, v.stride, v.pad,
                                                         v.pad_end, hint, detail::own_scratchpad());
}
inline auto backward_weights(const window& v, const dnnl::convolution_forward::primitive_desc& hint) {
  return dnnl::convolution_backward_weights::primitive_desc(cpu(), detail::direct, v.x, v.w, v.y, v.stride, v.pad,
                                                            v.pad_end, hint, detail::own_scratchpad());
}
#else
inline auto forward(const window& v, dnnl::prop_kind kind = dnnl::prop_kind::forward_training) {
  return dnnl::convolution_forward::primitive_desc({kind, detail::direct, v.x, v.w, v.y, v.stride, v.pad, v.pad_end},
                                                   detail::own_scratchpad(), cpu());
}
inline auto backward_data(const window& v, const dnnl::convolution_forward::primitive_desc& hint) {
  return dnnl::convolution_backward_data::primitive_desc({detail::direct, v.x, v.w, v.y, v.stride, v.pad, v.pad_end},
                                                         detail::own_scratchpad(), cpu(), hint);
}
inline auto backward_weights(const window& v, const dnnl::convolution_forward::primitive_desc& hint) {
  return dnnl::convolution_backward_weights::primitive_desc({detail::direct, v.x, v.w, v.y, v.stride, v.pad, v.pad_end},
                                                            detail::own_scratchpad(), cpu(), hint);
}
#endif

/// A primitive with its memory objects and scratchpad, made once; running it creates and allocates nothing.
class action {
 public:
  action() = default;
  template <class Primitive, class Description>
  action(const Description& d, Primitive p, std::vector<std::pair<int, dnnl::memory::desc>> arguments)
      : primitive_(p), scratch_(d.scratchpad_desc().get_size() / sizeof(float) + 1), name_(d.impl_info_str()) {
    for (const auto& [slot, description] : arguments) add(slot, description, DNNL_MEMORY_NONE);
    add(DNNL_ARG_SCRATCHPAD, d.scratchpad_desc(), scratch_.data());
  }

  /// One pointer per argument, in the order in which they were described.
  template <class... Pointers>
  void run(Pointers... p) const {
    const void* data[] = {p...};
    for (std::size_t i = 0; i < sizeof...(p); ++i)
      dnnl::error::wrap_c_api(dnnl_memory_set_data_handle(arguments_[i].memory, const_cast<void*>(data[i])), "memory");
    dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive_.get(), stream_.get(), static_cast<int>(arguments_.size()),
                                                   arguments_.data()),
                            "hepgan: oneDNN could not run a primitive");
  }
  const char* name() const { return name_.c_str(); }

 private:
  void add(int slot, const dnnl::memory::desc& d, void* data) {
    memories_.emplace_back(d, cpu(), data);
    arguments_.push_back({slot, memories_.back().get()});
  }
  dnnl::primitive primitive_;
  dnnl::stream stream_{cpu()};
  aligned_block<float> scratch_;
  std::vector<dnnl::memory> memories_;
  std::vector<dnnl_exec_arg_t> arguments_;
  std::string name_;
};

}  // namespace hepgan::onednn
