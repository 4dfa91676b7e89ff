// The observables of an event that is two numbers: both of them.
#pragma once
#include <span>

namespace {

struct itself {
  int count = 2, size = 2;
  struct record {};
  void evaluate(std::span<const float> x, std::span<float> v, record&) const { v[0] = x[0], v[1] = x[1]; }
  void pull_back(record&, std::span<const float>, std::span<const float> d, std::span<float> dx) const {
    dx[0] += d[0], dx[1] += d[1];
  }
};

}  // namespace
