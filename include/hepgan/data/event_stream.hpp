// The training input: batches that are a pure function of (seed, epoch, step), from sets of any size.
// A set that fits is kept in memory and shuffled as a whole; a larger one is read through windows.
#pragma once
#include <algorithm>
#include <cstdint>
#include <hepgan/data/event_pool.hpp>
#include <hepgan/data/event_windows.hpp>
#include <hepgan/data/permutation.hpp>
#include <hepgan/data/sparse_images.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hepgan::data {

struct stream_options {
  std::uint64_t seed = 1;
  double validation_fraction = 0.1;
  std::string select = {};                            // a field: only events where it is not 0
  std::vector<field_value> leave_out = {};            // no event in which each of these fields has this value
  condition_scale conditions = condition_scale();     // fields that come with each batch
  std::int64_t window_events = 16384;                 // what a large set holds in memory, twice
  std::int64_t block_events = 256;                    // read together; a larger chunk is unpacked for each
  std::int64_t memory_limit = std::int64_t(4) << 30;  // bytes as dense floats, beyond which a set is streamed
};

/// Not thread-safe: one stream feeds one training.
class event_stream {
 public:
  /// From any sources, such as `std::vector<io::event_file>` or `std::vector<memory_events>`.
  template <class Source>
  requires std::is_base_of_v<event_source, Source>
  explicit event_stream(std::vector<Source> sources, stream_options options = {})
      : event_stream(shared(std::move(sources)), std::move(options)) {}

  explicit event_stream(std::vector<std::shared_ptr<const event_source>> sources, stream_options options = {})
      : options_(std::move(options)),
        pool_(std::move(sources)),
        split_(split(pool_, options_.seed, options_.validation_fraction, options_.select, options_.leave_out)),
        pixels_(static_cast<std::size_t>(pool_.image().size())) {
    if (options_.block_events < 1 || options_.window_events < 1)
      throw error("events: found a window or block of no events, expected at least 1");
    conditions_.resize(options_.conditions.size() * static_cast<std::size_t>(pool_.size()));
    for (std::size_t k = 0; k < options_.conditions.size(); ++k) {
      const auto values = pool_.finite_field(options_.conditions[k].field);
      for (std::size_t i = 0; i < values.size(); ++i)
        conditions_[i * options_.conditions.size() + k] = options_.conditions.scaled(k, values[i]);
    }
    if (double(pool_.size()) * double(pixels_) * sizeof(float) <= double(options_.memory_limit)) {
      load_everything();
    } else {
      const window_options cut{options_.seed, options_.window_events, options_.block_events};
      windows_.emplace(pool_, split_.training, cut);
    }
  }
  event_stream(const event_stream&) = delete;  // the windows refer to the pool
  event_stream& operator=(const event_stream&) = delete;

  shape image() const { return pool_.image(); }
  bool in_memory() const { return !windows_; }
  std::int64_t training_events() const { return static_cast<std::int64_t>(split_.training.size()); }
  std::int64_t validation_events() const { return static_cast<std::int64_t>(split_.validation.size()); }
  /// The last, partial batch is dropped.
  std::int64_t steps_per_epoch(int batch) const {
    if (batch < 1) throw error({"batch: found ", batch, ", expected at least 1"});
    return training_events() / batch;
  }

  /// Fills `n` images (MeV) of step `step`. The same (epoch, step, n) gives the same bytes in every run.
  void batch(std::int64_t epoch, std::int64_t step, int n, std::span<float> out) {
    expect_size("event_stream::batch", out.size(), static_cast<std::size_t>(n) * pixels_);
    seen_.clear(), seen_at_ = {-1, -1};  // until all are read
    for (int j = 0; j < n; ++j) seen_.push_back(event_at(epoch, step, n, j, image_of(out, j)));
    seen_at_ = {epoch, step};
  }

  const condition_scale& conditions() const { return options_.conditions; }
  /// The conditions of that batch's events, scaled, a row for each.
  void batch_conditions(std::int64_t epoch, std::int64_t step, int n, std::span<float> out) {
    expect_size("event_stream::batch_conditions", out.size(), static_cast<std::size_t>(n) * conditions().size());
    auto to = out.begin();
    for (const std::int64_t event : batch_events(epoch, step, n)) to = std::ranges::copy(conditions_of(event), to).out;
  }
  /// Of any events of the pool.
  std::vector<float> conditions_of(std::span<const std::int64_t> events) const {
    std::vector<float> all;
    for (const std::int64_t event : events) {
      const auto row = conditions_of(event);
      all.insert(all.end(), row.begin(), row.end());
    }
    return all;
  }

  /// Which events of the pool that batch holds: to look up their masses or weights. The batch before is known; another
  /// of a large set is sought in its windows.
  std::vector<std::int64_t> batch_events(std::int64_t epoch, std::int64_t step, int n) {
    if (seen_at_ == std::pair(epoch, step) && static_cast<int>(seen_.size()) == n) return seen_;
    std::vector<std::int64_t> events;
    for (int j = 0; j < n; ++j) events.push_back(event_at(epoch, step, n, j, {}));
    return events;
  }

  /// The first `count` validation events, always the same; returns how many there were.
  std::int64_t read_validation(std::int64_t count, std::span<float> out) {
    count = (std::min)(count, validation_events());
    if (out.size() < static_cast<std::size_t>(count) * pixels_)
      expect_size("event_stream::read_validation", out.size(), static_cast<std::size_t>(count) * pixels_);
    if (windows_ && static_cast<std::int64_t>(validation_.size()) != count) load_validation(count);
    for (std::int64_t i = 0; i < count; ++i) {
      if (windows_)
        validation_.get(validation_slots_[static_cast<std::size_t>(i)], image_of(out, i));
      else
        everything_.get(static_cast<std::size_t>(validation_list()[static_cast<std::size_t>(i)]), image_of(out, i));
    }
    return count;
  }
  /// Tells other events, or the same in another order: of all conditions, and of all pixels where they are in memory,
  /// else of 256 events spread over the set.
  std::uint64_t checksum() const {
    const std::uint64_t images = checksum_of_images();
    return conditions_.empty() ? images : hepgan::checksum(std::as_bytes(std::span(conditions_)), images);
  }
  /// Which events of the pool those are; and which train.
  std::span<const std::int64_t> validation_list() const { return split_.validation; }
  std::span<const std::int64_t> training_list() const { return split_.training; }

 private:
  std::uint64_t checksum_of_images() const {
    if (!windows_) return everything_.checksum();
    sparse_images some(pixels_);
    std::vector<float> dense(pixels_);
    constexpr std::int64_t samples = 256;
    for (std::int64_t i = 0; i < samples; ++i) {
      pool_.read(i * pool_.size() / samples, 1, dense);
      some.add(dense);
    }
    return some.checksum();
  }

  template <class Source>
  static std::vector<std::shared_ptr<const event_source>> shared(std::vector<Source> sources) {
    std::vector<std::shared_ptr<const event_source>> all;
    for (auto& source : sources) all.push_back(std::make_shared<Source>(std::move(source)));
    return all;
  }

  std::span<const float> conditions_of(std::int64_t event) const {
    const std::size_t k = options_.conditions.size();
    return std::span(conditions_).subspan(static_cast<std::size_t>(event) * k, k);
  }
  std::span<float> image_of(std::span<float> images, std::int64_t i) const {
    return images.subspan(static_cast<std::size_t>(i) * pixels_, pixels_);
  }

  /// Event j of a batch, and its image if `out` has room.
  std::int64_t event_at(std::int64_t epoch, std::int64_t step, int n, int j, std::span<float> out) {
    if (epoch < 0 || step < 0 || (step + 1) * n > training_events())
      throw error({pool_.name(), ": found ", training_events(), " training events, expected ", (step + 1) * n,
                   " for step ", step, " of batch ", n});
    if (windows_) return windows_->get(epoch, step * n + j, out);
    if (epoch != order_epoch_) {
      order_ = split_.training;
      shuffle(order_, random_stream(options_.seed, purpose::shuffle, static_cast<std::uint32_t>(epoch)));
      order_epoch_ = epoch;
    }
    const std::int64_t event = order_[static_cast<std::size_t>(step * n + j)];
    if (!out.empty()) everything_.get(static_cast<std::size_t>(event), out);
    return event;
  }

  void load_everything() {
    everything_ = sparse_images(pixels_);
    std::vector<float> dense(static_cast<std::size_t>((std::min)(pool_.size(), options_.block_events)) * pixels_);
    for (std::int64_t first = 0; first < pool_.size(); first += options_.block_events) {
      const std::int64_t n = (std::min)(options_.block_events, pool_.size() - first);
      pool_.read(first, n, std::span(dense).first(static_cast<std::size_t>(n) * pixels_));
      for (std::int64_t k = 0; k < n; ++k) everything_.add(image_of(dense, k));
    }
    everything_.shrink_to_fit();
  }

  /// In file order, since a compressed chunk is then unpacked once for all its neighbours.
  void load_validation(std::int64_t count) {
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) order.emplace_back(split_.validation[i], i);
    std::sort(order.begin(), order.end());
    validation_ = sparse_images(pixels_);
    validation_slots_.resize(order.size());
    std::vector<float> dense(pixels_);
    for (const auto& [event, place] : order) {
      validation_slots_[place] = validation_.size();
      pool_.read(event, 1, dense);
      validation_.add(dense);
    }
  }

  stream_options options_;
  event_pool pool_;
  event_split split_;
  std::size_t pixels_;
  std::vector<float> conditions_;   // of each event of the pool, scaled
  std::vector<std::int64_t> seen_;  // events of the last batch, of this epoch and step
  std::pair<std::int64_t, std::int64_t> seen_at_{-1, -1};

  sparse_images everything_;         // a set that fits …
  std::vector<std::int64_t> order_;  // … and the order of one epoch
  std::int64_t order_epoch_ = -1;

  std::optional<event_windows> windows_;  // a set that does not fit, and its validation events
  sparse_images validation_;
  std::vector<std::size_t> validation_slots_;
};

}  // namespace hepgan::data
