// Dense: takes any shape and gives any shape, so that no model needs a reshape.
#pragma once
#include <concepts>
#include <hepgan/backend/op.hpp>
#include <hepgan/layers/bias.hpp>
#include <hepgan/layers/options.hpp>

namespace hepgan {

/// The primitive: y = W·x over all elements in (c, h, w) order. Weights [out][in].
template <shape Out>
struct dense_map : linear_map {
  static constexpr const char* name = "dense";
  static constexpr geometry geo{map_kind::dense};
  static constexpr shape output(shape) { return Out; }
  static constexpr int weights(shape in) { return Out.size() * in.size(); }
  static constexpr int fan_in(shape in) { return in.size(); }
  template <class F>
  static constexpr void terms(shape in, F f) {
    const int nx = in.size();
    for (int y = 0; y < Out.size(); ++y)
      for (int x = 0; x < nx; ++x) f(y * nx + x, x, y);
  }
};

/// dense<10>, dense<shape{256, 4, 4}>, dense<1, bias>.
template <auto Out, std::same_as<bias>... Bias>
struct dense {
  static constexpr const char* name = "dense";
  static constexpr shape out = shape(Out);
  using parts = detail::joined<type_list<dense_map<out>>, detail::if_any<(sizeof...(Bias) > 0), element_bias>>;
};

}  // namespace hepgan
