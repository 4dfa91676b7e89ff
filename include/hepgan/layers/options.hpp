// Options of linear layers, by name and in any order: conv2d<64, kernel<4>, stride<2>, circular<axis::phi>, bias>.
#pragma once
#include <array>
#include <type_traits>

namespace hepgan {

/// Each takes one number for both axes, or {height, width}.
template <int H, int W = H>
struct kernel {
  static constexpr std::array<int, 2> value{H, W};
};
template <int H, int W = H>
struct stride {
  static constexpr std::array<int, 2> value{H, W};
};
template <int H, int W = H>
struct pad {
  static constexpr std::array<int, 2> value{H, W};
};
template <int H, int W = H>
struct output_pad {  ///< rows and columns added to a transposed convolution's output, below and right; below its stride
  static constexpr std::array<int, 2> value{H, W};
};
enum class axis { eta = 0, phi = 1 };
template <axis... Axes>
struct circular {  ///< axes on which padding wraps around instead of adding zeros: φ of a whole detector
  static constexpr std::array<bool, 2> value{((Axes == axis::eta) || ...), ((Axes == axis::phi) || ...)};
};
struct bias {};

namespace detail {

template <template <int, int> class Wanted, class Fallback, class... Options>
struct find_pair {
  using type = Fallback;
};
template <template <int, int> class Wanted, class Fallback, int H, int W, class... Rest>
struct find_pair<Wanted, Fallback, Wanted<H, W>, Rest...> {
  using type = Wanted<H, W>;
};
template <template <int, int> class Wanted, class Fallback, class Other, class... Rest>
struct find_pair<Wanted, Fallback, Other, Rest...> : find_pair<Wanted, Fallback, Rest...> {};

/// `none`: something else.
enum class option_kind { none, kernel, stride, pad, output_pad, circular, bias };

template <class Option>
inline constexpr option_kind kind_of = std::is_same_v<Option, bias> ? option_kind::bias : option_kind::none;
template <int H, int W>
inline constexpr option_kind kind_of<kernel<H, W>> = option_kind::kernel;
template <int H, int W>
inline constexpr option_kind kind_of<stride<H, W>> = option_kind::stride;
template <int H, int W>
inline constexpr option_kind kind_of<pad<H, W>> = option_kind::pad;
template <int H, int W>
inline constexpr option_kind kind_of<output_pad<H, W>> = option_kind::output_pad;
template <axis... A>
inline constexpr option_kind kind_of<circular<A...>> = option_kind::circular;

template <class... Options>
constexpr bool each_once() {
  int seen[7]{};
  ((++seen[static_cast<int>(kind_of<Options>)]), ...);
  for (const int n : seen)
    if (n > 1) return false;
  return true;
}

}  // namespace detail

namespace detail {

template <class Option>
inline constexpr std::array<bool, 2> wraps{false, false};
template <axis... A>
inline constexpr std::array<bool, 2> wraps<circular<A...>> = circular<A...>::value;

/// Of a convolution: kernel<>, stride<>, pad<>, circular<> or bias; of a transposed one, output_pad<> too.
template <bool Transposed, class... Options>
struct options {
  static constexpr auto kernel = find_pair<hepgan::kernel, hepgan::kernel<1>, Options...>::type::value;
  static constexpr auto stride = find_pair<hepgan::stride, hepgan::stride<1>, Options...>::type::value;
  static constexpr auto pad = find_pair<hepgan::pad, hepgan::pad<0>, Options...>::type::value;
  static constexpr auto output_pad = find_pair<hepgan::output_pad, hepgan::output_pad<0>, Options...>::type::value;
  static constexpr std::array<bool, 2> wrap{(wraps<Options>[0] || ... || false), (wraps<Options>[1] || ... || false)};
  static constexpr bool has_bias = (std::is_same_v<Options, bias> || ...);
  // what the walk refuses, in one sentence
  static constexpr bool all_known =
      ((kind_of<Options> != option_kind::none && (Transposed || kind_of<Options> != option_kind::output_pad)) && ...);
  static constexpr bool given_once = each_once<Options...>();
  static constexpr bool in_range = [] {
    for (int i = 0; i < 2; ++i)
      if (kernel[i] < 1 || stride[i] < 1 || pad[i] < 0 || output_pad[i] < 0 || output_pad[i] >= stride[i]) return false;
    return true;
  }();
  static constexpr bool wraps_a_pad = (!wrap[0] || pad[0] > 0) && (!wrap[1] || pad[1] > 0);
};

}  // namespace detail
}  // namespace hepgan
