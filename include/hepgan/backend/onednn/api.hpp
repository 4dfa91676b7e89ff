// The one page that knows oneDNN's versions: 2.6 builds primitives from descriptors, 3.x without. It speaks oneDNN's C:
// the C++ header is a second of every compilation. Only this room includes dnnl.h.
#pragma once
#include <dnnl.h>

#include <array>
#include <hepgan/core/aligned.hpp>
#include <hepgan/core/error.hpp>
#include <hepgan/core/parallel.hpp>
#include <initializer_list>
#include <string>
#include <utility>

namespace hepgan::onednn {

[[gnu::noinline]] inline void check(dnnl_status_t status, const char* what) {
  if (status == dnnl_success) return;
  throw error({"oneDNN: found status ", int(status), " where it was to ", what, ", expected 0, success"});
}

/// Of the library that runs, such as "2.6.3".
inline std::string version() {
  const dnnl_version_t& v = *dnnl_version();
  return std::to_string(v.major) + "." + std::to_string(v.minor) + "." + std::to_string(v.patch);
}

/// An object of oneDNN's that is ours to destroy. (Six kinds of unique_ptr would be hundreds of functions in every
/// program, which tests/meta/instantiations.sh counts.)
template <class Pointer, auto Destroy>
class handle {
 public:
  using pointer = Pointer;
  handle() = default;
  explicit handle(Pointer p) : p_(p) {}
  handle(handle&& other) noexcept : p_(std::exchange(other.p_, nullptr)) {}
  handle& operator=(handle other) noexcept {
    std::swap(p_, other.p_);
    return *this;
  }
  ~handle() {
    if (p_) Destroy(p_);
  }
  Pointer get() const { return p_; }

 private:
  Pointer p_ = nullptr;
};
using primitive_description = handle<dnnl_primitive_desc_t, dnnl_primitive_desc_destroy>;

template <class Handle, class Create, class... Arguments>
Handle make(const char* what, Create create, const Arguments&... arguments) {
  typename Handle::pointer made = nullptr;
  check(create(&made, arguments...), what);
  return Handle(made);
}

inline dnnl_engine_t cpu() {
  using engine = handle<dnnl_engine_t, dnnl_engine_destroy>;
  static const engine here = make<engine>("start on this CPU", dnnl_engine_create, dnnl_cpu, std::size_t(0));
  return here.get();
}

/// Batches of images, or weights: four extents in one of oneDNN's orders.
struct tensor_order {
  std::array<dnnl_dim_t, 4> extents;
  dnnl_format_tag_t tag;
};

/// A strided window: what a convolution primitive needs in each of its three directions.
struct window {
  tensor_order x, w, y;
  std::array<dnnl_dim_t, 2> stride, pad;
};

namespace detail {

inline auto own_scratchpad() {
  auto a =
      make<handle<dnnl_primitive_attr_t, dnnl_primitive_attr_destroy>>("make attributes", dnnl_primitive_attr_create);
  check(dnnl_primitive_attr_set_scratchpad_mode(a.get(), dnnl_scratchpad_mode_user), "lend its scratchpad");
  return a;
}
constexpr auto direct = dnnl_convolution_direct;
constexpr const char* what = "describe a convolution";

}  // namespace detail

#if DNNL_VERSION_MAJOR >= 3
inline auto describe(const tensor_order& t) {
  return make<handle<dnnl_memory_desc_t, dnnl_memory_desc_destroy>>(
      "describe a tensor", dnnl_memory_desc_create_with_tag, 4, t.extents.data(), dnnl_f32, t.tag);
}
inline auto forward(const window& v) {
  const auto x = describe(v.x), w = describe(v.w), y = describe(v.y);
  return make<primitive_description>(detail::what, dnnl_convolution_forward_primitive_desc_create, cpu(),
                                     dnnl_forward_training, detail::direct, x.get(), w.get(), nullptr, y.get(),
                                     v.stride.data(), nullptr, v.pad.data(), v.pad.data(),
                                     detail::own_scratchpad().get());
}
inline auto backward_data(const window& v, const primitive_description& hint) {
  const auto x = describe(v.x), w = describe(v.w), y = describe(v.y);
  return make<primitive_description>(detail::what, dnnl_convolution_backward_data_primitive_desc_create, cpu(),
                                     detail::direct, x.get(), w.get(), y.get(), v.stride.data(), nullptr, v.pad.data(),
                                     v.pad.data(), hint.get(), detail::own_scratchpad().get());
}
inline auto backward_weights(const window& v, const primitive_description& hint) {
  const auto x = describe(v.x), w = describe(v.w), y = describe(v.y);
  return make<primitive_description>(detail::what, dnnl_convolution_backward_weights_primitive_desc_create, cpu(),
                                     detail::direct, x.get(), w.get(), nullptr, y.get(), v.stride.data(), nullptr,
                                     v.pad.data(), v.pad.data(), hint.get(), detail::own_scratchpad().get());
}
#else
inline auto describe(const tensor_order& t) {
  dnnl_memory_desc_t d;
  check(dnnl_memory_desc_init_by_tag(&d, 4, t.extents.data(), dnnl_f32, t.tag), "describe a tensor");
  return d;
}
namespace detail {
inline auto finish(const dnnl_convolution_desc_t& d, const_dnnl_primitive_desc_t hint) {
  return make<primitive_description>(what, dnnl_primitive_desc_create, &d, own_scratchpad().get(), cpu(), hint);
}
}  // namespace detail
inline auto forward(const window& v) {
  const auto x = describe(v.x), w = describe(v.w), y = describe(v.y);
  dnnl_convolution_desc_t d;
  check(dnnl_convolution_forward_desc_init(&d, dnnl_forward_training, detail::direct, &x, &w, nullptr, &y,
                                           v.stride.data(), v.pad.data(), v.pad.data()),
        detail::what);
  return detail::finish(d, nullptr);
}
inline auto backward_data(const window& v, const primitive_description& hint) {
  const auto x = describe(v.x), w = describe(v.w), y = describe(v.y);
  dnnl_convolution_desc_t d;
  check(dnnl_convolution_backward_data_desc_init(&d, detail::direct, &x, &w, &y, v.stride.data(), v.pad.data(),
                                                 v.pad.data()),
        detail::what);
  return detail::finish(d, hint.get());
}
inline auto backward_weights(const window& v, const primitive_description& hint) {
  const auto x = describe(v.x), w = describe(v.w), y = describe(v.y);
  dnnl_convolution_desc_t d;
  check(dnnl_convolution_backward_weights_desc_init(&d, detail::direct, &x, &w, nullptr, &y, v.stride.data(),
                                                    v.pad.data(), v.pad.data()),
        detail::what);
  return detail::finish(d, hint.get());
}
#endif

/// A primitive with its memory objects and scratchpad, made once. Running it creates nothing; what it allocates is
/// inside oneDNN: maps of its arguments.
class action {
 public:
  /// For at most three slots; once.
  [[gnu::cold]] void prepare(const primitive_description& d, std::initializer_list<int> slots) {
    primitive_ = make<primitive>("make a primitive", dnnl_primitive_create, d.get());
    stream_ = make<stream>("make a stream", dnnl_stream_create, cpu(), unsigned(dnnl_stream_default_flags));
    const char* implementation = "";
    check(dnnl_primitive_desc_query(d.get(), dnnl_query_impl_info_str, 0, &implementation), "name an implementation");
    name_ = implementation;
    for (const int slot : slots) add(d, slot, DNNL_MEMORY_NONE);
    const auto* own = dnnl_primitive_desc_query_md(d.get(), dnnl_query_scratchpad_md, 0);
    scratch_ = aligned_block<float>(dnnl_memory_desc_get_size(own) / sizeof(float) + 1);
    add(d, DNNL_ARG_SCRATCHPAD, scratch_.data());
  }

  /// A pointer for each slot, in their order.
  void run(const float* first, const float* second, const float* third = nullptr) const {
    if (threads_ > 1 && omp_in_parallel())  // it would do one thread's part of the work
      throw error(
          {"oneDNN: found a tape of ", threads_, " threads in a parallel region, expected one that was made there"});
    const float* data[]{first, second, third};
    for (int i = 0; i + 1 < count_; ++i)  // the last is the scratchpad
      check(dnnl_memory_set_data_handle(arguments_[i].memory, const_cast<float*>(data[i])), "take a tensor");
    check(dnnl_primitive_execute(primitive_.get(), stream_.get(), count_, arguments_), "run a primitive");
  }
  const char* name() const { return name_.c_str(); }

 private:
  using primitive = handle<dnnl_primitive_t, dnnl_primitive_destroy>;
  using stream = handle<dnnl_stream_t, dnnl_stream_destroy>;
  using memory = handle<dnnl_memory_t, dnnl_memory_destroy>;

  void add(const primitive_description& d, int slot, void* data) {
    const auto* as = dnnl_primitive_desc_query_md(d.get(), dnnl_query_exec_arg_md, slot);
    memories_[count_] = make<memory>("describe an argument", dnnl_memory_create, as, cpu(), data);
    arguments_[count_] = {slot, memories_[count_].get()};
    ++count_;
  }
  primitive primitive_;
  stream stream_;
  aligned_block<float> scratch_;
  memory memories_[4];
  dnnl_exec_arg_t arguments_[4]{};
  int count_ = 0;
  std::string name_;
  int threads_ = threads();
};

}  // namespace hepgan::onednn
