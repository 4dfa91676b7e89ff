// The running state of a network before a step that may be refused.
#pragma once
#include <algorithm>
#include <hepgan/net/parameters.hpp>
#include <span>
#include <vector>

namespace hepgan::detail {

class kept_state {
 public:
  void keep(const parameters_base<float>& p) { state_.assign(p.state().begin(), p.state().end()); }
  void put_back(parameters_base<float>& p) const {
    p.update_state([&](std::span<float> to) { std::ranges::copy(state_, to.begin()); });
  }

 private:
  std::vector<float> state_;
};

}  // namespace hepgan::detail
