// Several sources as one list of events, and its split into training and validation.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/data/conditions.hpp>
#include <hepgan/data/event_source.hpp>
#include <hepgan/data/permutation.hpp>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hepgan::data {

/// Event i of the pool is an event of one source, in the order in which sources were given.
class event_pool {
 public:
  explicit event_pool(std::vector<std::shared_ptr<const event_source>> sources) : sources_(std::move(sources)) {
    if (sources_.empty()) throw error("events: found no file, expected at least one");
    for (const auto& source : sources_) {
      if (source->image() != sources_[0]->image())
        throw error({source->name(), ": found images of ", to_string(source->image()), ", expected ",
                     to_string(sources_[0]->image()), " as in ", sources_[0]->name()});
      starts_.push_back(starts_.back() + source->size());
    }
  }

  shape image() const { return sources_[0]->image(); }
  std::int64_t size() const { return starts_.back(); }
  std::string name() const { return sources_[0]->name() + (sources_.size() > 1 ? " and others" : ""); }

  /// Thread-safe for any source: a window is read ahead by a thread of its own.
  void read(std::int64_t first, std::int64_t count, std::span<float> out) const {
    const std::lock_guard one_at_a_time(reading_);
    for (std::size_t s = 0; s < sources_.size(); ++s) {
      const std::int64_t begin = (std::max)(first, starts_[s]), end = (std::min)(first + count, starts_[s + 1]);
      if (begin < end)
        sources_[s]->read(begin - starts_[s], end - begin,
                          out.subspan((begin - first) * image().size(), (end - begin) * image().size()));
    }
  }

  bool has(std::string_view field) const {
    return std::all_of(sources_.begin(), sources_.end(), [&](const auto& s) { return s->has(field); });
  }
  std::vector<float> field(std::string_view name) const {
    return gathered([&](const event_source& s) { return s.field(name); });
  }
  std::vector<float> finite_field(std::string_view name) const {
    return gathered([&](const event_source& s) { return s.finite_field(name); });
  }

 private:
  template <class Part>
  std::vector<float> gathered(Part part) const {
    std::vector<float> all;
    for (const auto& source : sources_) {
      const auto some = part(*source);
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

  std::vector<std::shared_ptr<const event_source>> sources_;
  std::vector<std::int64_t> starts_{0};
  mutable std::mutex reading_;
};

/// Which events train and which validate, both in an order that the seed fixes; events not selected, or left out, are
/// in neither.
struct event_split {
  std::vector<std::int64_t> training, validation;
};

inline event_split split(const event_pool& pool, std::uint64_t seed, double validation_fraction,
                         const std::string& select = {}, const std::vector<field_value>& leave_out = {}) {
  if (!(validation_fraction >= 0 && validation_fraction < 1))
    throw error({"validation fraction: found ", validation_fraction, ", expected from 0 to below 1"});
  auto order = permutation(pool.size(), random_stream(seed, purpose::split));
  if (!select.empty()) {
    const auto chosen = pool.field(select);
    if (std::ranges::any_of(chosen, [](float v) { return std::isnan(v); }))
      throw error({pool.name(), ": ", select, ": found a value that is not a number, expected numbers"});
    std::erase_if(order, [&](std::int64_t i) { return chosen[static_cast<std::size_t>(i)] == 0; });
  }
  if (!leave_out.empty()) {
    std::vector<bool> out(static_cast<std::size_t>(pool.size()), true);
    for (const field_value& point : leave_out) {
      const auto found = pool.finite_field(point.field);
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = out[i] && found[i] == static_cast<float>(point.value);
    }
    if (std::erase_if(order, [&](std::int64_t i) { return out[static_cast<std::size_t>(i)]; }) == 0)
      throw error({pool.name(), ": found no event of ", to_text(leave_out), ", expected some to leave out"});
  }
  const auto n = static_cast<std::ptrdiff_t>(std::llround(validation_fraction * double(order.size())));
  event_split s{{order.begin() + n, order.end()}, {order.begin(), order.begin() + n}};
  if (s.training.empty())
    throw error({pool.name(), ": found no event for training", select.empty() ? "" : " with " + select,
                 leave_out.empty() ? "" : " but " + to_text(leave_out), ", expected at least one"});
  return s;
}

}  // namespace hepgan::data
