// Where events come from: a file (io::event_file), or memory. What training reads, it reads through this.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <hepgan/core/error.hpp>
#include <hepgan/core/shape.hpp>
#include <hepgan/data/conditions.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hepgan::data {

class event_source {
 public:
  virtual ~event_source() = default;
  /// What messages call this source.
  virtual std::string name() const = 0;
  virtual std::int64_t size() const = 0;
  virtual shape image() const = 0;
  /// Images of `count` events from `first` on, in MeV, pixels in (c, h, w) order.
  virtual void read(std::int64_t first, std::int64_t count, std::span<float> out) const = 0;
  /// Whether each event has a number of this name; `field` gives it for all events.
  virtual bool has(std::string_view field) const = 0;
  virtual std::vector<float> field(std::string_view field) const = 0;
  /// The same, of numbers only, and of none that is out of all range: networks square what they are told.
  std::vector<float> finite_field(std::string_view name) const {
    auto all = field(name);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!(std::abs(all[i]) <= largest_field))
        throw error({this->name(), ": ", name, " of event ", i, ": found ", all[i],
                     ", expected a finite number of at most ", largest_field});
    return all;
  }

 protected:
  event_source() = default;
  event_source(const event_source&) = default;
  event_source& operator=(const event_source&) = default;
};

/// Images that are in memory already, such as built-in events.
class memory_events final : public event_source {
 public:
  using field_map = std::map<std::string, std::vector<float>, std::less<>>;

  memory_events(shape image, std::vector<float> images, field_map fields = {}, std::string name = "events in memory")
      : image_(image), images_(std::move(images)), fields_(std::move(fields)), name_(std::move(name)) {
    if (!image || images_.empty() || images_.size() % static_cast<std::size_t>(image.size()) != 0)
      throw error({name_, ": found ", images_.size(), " pixels, expected a multiple of ", to_string(image)});
    for (const auto& [key, values] : fields_)
      if (static_cast<std::int64_t>(values.size()) != size())
        throw error({name_, ": field ", key, " has ", values.size(), " values, expected ", size()});
  }

  std::string name() const override { return name_; }
  std::int64_t size() const override { return static_cast<std::int64_t>(images_.size()) / image_.size(); }
  shape image() const override { return image_; }
  void read(std::int64_t first, std::int64_t count, std::span<float> out) const override {
    if (first < 0 || count < 0 || first + count > size())
      throw error({name_, ": events ", first, " to ", first + count, " were asked for, expected at most ", size()});
    expect_size("memory_events::read", out.size(), static_cast<std::size_t>(count * image_.size()));
    std::copy_n(images_.begin() + first * image_.size(), count * image_.size(), out.begin());
  }
  bool has(std::string_view field) const override { return fields_.find(field) != fields_.end(); }
  std::vector<float> field(std::string_view field) const override {
    const auto it = fields_.find(field);
    if (it == fields_.end()) throw error({name_, ": found no field ", field, ", expected one"});
    return it->second;
  }

 private:
  shape image_;
  std::vector<float> images_;
  field_map fields_;
  std::string name_;
};

}  // namespace hepgan::data
