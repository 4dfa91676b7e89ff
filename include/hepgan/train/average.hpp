// The exponential moving average of a generator's weights: a ← d·a + (1−d)·w. It samples better than the weights of any
// one step (Yazici et al., arXiv:1806.04498), once its batch-norm statistics are its own: see calibrate.
#pragma once
#include <algorithm>
#include <hepgan/backend/native/over_numbers.hpp>
#include <hepgan/net/parameters.hpp>

namespace hepgan {

namespace detail {

/// One step of an average, for networks of any type.
[[gnu::noinline]] inline void follow(parameters_base<float>& average, const parameters_base<float>& p, double decay) {
  average.expect_reader(p.network_program());
  average.update([&](std::span<float> a) {
    const float d = static_cast<float>(decay), rest = static_cast<float>(1 - decay);
    const float* from = p.flat().data();
    native::over_numbers<arch::current, float>(
        static_cast<std::int64_t>(a.size()), [=, to = a.data()]<class V>(V, std::int64_t i) {
          V::store(to + i, V::fma(V::all(d), V::load(to + i), V::all(rest) * V::load(from + i)));
        });
  });
  average.update_state([&](std::span<float> state) { std::copy_n(p.state().data(), state.size(), state.data()); });
  std::copy_n(p.scalars().data(), p.scalars().size(), average.scalars().data());
}

inline double expect_decay(double decay) {
  if (decay >= 0 && decay <= 1) return decay;
  throw error({"moving average: found a decay of ", decay, ", expected a number from 0 to 1"});
}

}  // namespace detail

template <network_type N>
class moving_average {
 public:
  /// decay 0: no average, the value is the network's own after each update.
  moving_average(double decay, const parameters<N>& start) : decay_(detail::expect_decay(decay)), value_(start) {}

  void update(const parameters<N>& p) { detail::follow(value_, p, decay_); }
  parameters<N>& value() { return value_; }
  const parameters<N>& value() const { return value_; }

 private:
  double decay_;
  parameters<N> value_;
};

}  // namespace hepgan
