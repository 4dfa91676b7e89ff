// A program that names every kernel, the native ones for every CPU in its channel blocks: what they cost the compiler
// together.
#include <hepgan/dcgan.hpp>
#include <hepgan/layers/event_norms.hpp>
#include <hepgan/net/minibatch_deviation.hpp>
#include <iterator>

using namespace hepgan;

namespace {

using row = kernel_functions<float>;

template <class T, class Arch>
constexpr row transformed[]{native::toom_cook_kernel<T, Arch, float>(),
                            native::toom_cook_kernel<T, Arch, float, precision::bf16>()};

template <class Arch>
constexpr row linear_maps[]{
    native::direct_convolution_kernel<Arch, float>(), native::direct_convolution_kernel<Arch, float, precision::bf16>(),
    native::matrix_product_kernel<Arch, float>(),     native::one_channel_kernel<Arch, float>(),
    native::circular_kernel<Arch, float>(),           native::resampling_kernel<Arch, float>()};

template <class Arch>
constexpr row others[]{native::bias_kernel<Arch, float>(),
                       native::batch_norm_kernel<Arch, relu, float>(),
                       native::event_norm_kernel<Arch, layer_norm, float>(),
                       native::event_norm_kernel<Arch, instance_norm, float>(),
                       native::event_norm_kernel<Arch, pixel_norm, float>(),
                       native::deviation_kernel<Arch, minibatch_deviation<>, float>(),
                       native::pointwise_kernel<Arch, hepgan::tanh, float>()};

constexpr row for_any_cpu[]{
    onednn::convolution_kernel(),        onednn::matrix_product_kernel(),
    native::reorder_kernel<float>(),     native::join_sum_kernel<float>(),
    native::join_concat_kernel<float>(), native::symmetry_kernel<random_flip<axis::eta>, float>()};

template <class Cpu, class Arch = arch::blocked<Cpu, Cpu::lanes>>
const row* all(int i) {
  using namespace native::toom_cook;
  const row* const lists[]{transformed<halving, Arch>,
                           transformed<halving_by_five, Arch>,
                           transformed<keeping, Arch>,
                           transformed<halving_f2, Arch>,
                           linear_maps<Arch>,
                           others<Arch>,
                           for_any_cpu};
  return lists[i % std::size(lists)];
}

}  // namespace

int main(int argc, char**) {
  const row* (*const cpus[])(int){&all<arch::generic>, &all<arch::avx2>, &all<arch::avx512>, &all<arch::knl>};
  return cpus[argc % 4](argc)->forward != nullptr ? 0 : 1;
}
