// A method at work on points in the plane; methods.cpp has all.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace toys {

class trainer {
 public:
  virtual ~trainer() = default;
  virtual int batch() const = 0;
  /// Learns from a batch of real points, x, y, x, y …; the sum of the losses.
  virtual double step(std::span<const float> real) = 0;
  /// Points of the seed from what has been learnt so far.
  virtual void sample(std::uint64_t seed, std::span<float> points) = 0;
};

struct method {
  std::string_view name, source;
  std::int64_t steps;  ///< batches of real points
  std::unique_ptr<trainer> (*begin)(std::uint64_t seed);
};
std::span<const method> all_methods();
const method* method_named(const std::string& option, const std::string& name);

}  // namespace toys
