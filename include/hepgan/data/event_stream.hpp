// The training input: batches that are a pure function of (seed, epoch, step), from sets of any size.
// A set that fits is kept in memory and shuffled as a whole. A larger one is shuffled in two levels: its blocks of
// neighbouring events are permuted, and a window of blocks, read in one go, is shuffled inside.
#pragma once
#include <algorithm>
#include <cstdint>
#include <future>
#include <hepgan/data/event_pool.hpp>
#include <hepgan/data/permutation.hpp>
#include <hepgan/data/sparse_images.hpp>
#include <memory>
#include <numeric>
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
  std::int64_t window_events = 16384;                 // what a large set holds in memory, twice
  std::int64_t block_events = 256;                    // read together; a multiple of the file's chunk
  std::int64_t memory_limit = std::int64_t(4) << 30;  // bytes as dense floats, beyond which a set is streamed
};

/// Not thread-safe: one stream feeds one training. It reads ahead in a thread of its own.
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
        split_(split(pool_, options_.seed, options_.validation_fraction, options_.select)),
        pixels_(static_cast<std::size_t>(pool_.image().size())) {
    if (options_.block_events < 1 || options_.window_events < 1)
      throw error("events: found a window or block of no events, expected at least 1");
    const auto dense = static_cast<double>(pool_.size()) * static_cast<double>(pixels_) * sizeof(float);
    if (dense <= static_cast<double>(options_.memory_limit)) {
      everything_.emplace(load(0, pool_.size()));
    } else {
      trains_.resize(static_cast<std::size_t>(pool_.size()));
      for (std::int64_t i : split_.training) trains_[static_cast<std::size_t>(i)] = true;
    }
  }

  event_stream(const event_stream&) = delete;  // the reading thread refers to it
  event_stream& operator=(const event_stream&) = delete;

  shape image() const { return pool_.image(); }
  bool in_memory() const { return everything_.has_value(); }
  std::int64_t training_events() const { return static_cast<std::int64_t>(split_.training.size()); }
  std::int64_t validation_events() const { return static_cast<std::int64_t>(split_.validation.size()); }
  /// The last, partial batch is dropped.
  std::int64_t steps_per_epoch(int batch) const { return training_events() / batch; }
  const event_pool& pool() const { return pool_; }

  /// Fills `n` images (MeV) of step `step`. The same (epoch, step, n) gives the same bytes in every run.
  void batch(std::int64_t epoch, std::int64_t step, int n, std::span<float> out) {
    visit(epoch, step, n, [&](int j, const window& w, std::size_t slot) {
      const auto to = out.subspan(static_cast<std::size_t>(j) * pixels_, pixels_);
      if (in_memory())
        everything_->get(static_cast<std::size_t>(w.events[slot]), to);
      else
        w.images.get(w.slots[slot], to);
    });
  }

  /// Which events of the pool a batch holds: to look up their masses or weights.
  std::vector<std::int64_t> batch_events(std::int64_t epoch, std::int64_t step, int n) {
    std::vector<std::int64_t> events(static_cast<std::size_t>(n));
    visit(epoch, step, n,
          [&](int j, const window& w, std::size_t slot) { events[static_cast<std::size_t>(j)] = w.events[slot]; });
    return events;
  }

  /// The first `count` validation events, always the same; returns how many there were.
  std::int64_t read_validation(std::int64_t count, std::span<float> out) {
    count = std::min(count, validation_events());
    if (in_memory()) {
      for (std::int64_t i = 0; i < count; ++i)
        everything_->get(static_cast<std::size_t>(split_.validation[i]), out.subspan(i * pixels_, pixels_));
      return count;
    }
    if (static_cast<std::int64_t>(validation_.size()) != count) load_validation(count);
    for (std::int64_t i = 0; i < count; ++i) validation_.get(validation_slots_[i], out.subspan(i * pixels_, pixels_));
    return count;
  }
  std::vector<std::int64_t> validation_list() const { return split_.validation; }

 private:
  /// A stretch of an epoch, in training order. In memory there is one per epoch, and it holds no images.
  struct window {
    std::int64_t epoch = -1, number = -1;
    std::vector<std::int64_t> events;  // of the pool
    std::vector<std::size_t> slots;    // where each is in `images`
    sparse_images images;
  };
  /// Which blocks an epoch visits, cut into windows: known without reading any image.
  struct epoch_plan {
    std::int64_t epoch = -1;
    std::vector<std::vector<std::int64_t>> blocks;  // per window
    std::vector<std::int64_t> starts{0};            // training events before each window
    std::int64_t windows() const { return static_cast<std::int64_t>(blocks.size()); }
  };

  template <class Source>
  static std::vector<std::shared_ptr<const event_source>> shared(std::vector<Source> sources) {
    std::vector<std::shared_ptr<const event_source>> all;
    for (auto& source : sources) all.push_back(std::make_shared<Source>(std::move(source)));
    return all;
  }
  random_stream random(std::int64_t epoch) const {
    return {options_.seed, purpose::shuffle, static_cast<std::uint32_t>(epoch)};
  }

  sparse_images load(std::int64_t first, std::int64_t count) const {
    sparse_images images(pixels_);
    std::vector<float> dense(static_cast<std::size_t>(std::min(count, options_.block_events)) * pixels_);
    for (std::int64_t i = first; i < first + count; i += options_.block_events) {
      const std::int64_t n = std::min(options_.block_events, first + count - i);
      pool_.read(i, n, dense);
      for (std::int64_t k = 0; k < n; ++k) images.add(std::span<const float>(dense).subspan(k * pixels_, pixels_));
    }
    images.shrink_to_fit();
    return images;
  }

  void load_validation(std::int64_t count) {
    // In file order, since a compressed chunk is unpacked once for all its neighbours.
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::int64_t i = 0; i < count; ++i) order.emplace_back(split_.validation[i], i);
    std::sort(order.begin(), order.end());
    validation_ = sparse_images(pixels_);
    validation_slots_.resize(static_cast<std::size_t>(count));
    std::vector<float> dense(pixels_);
    for (const auto& [event, place] : order) {
      validation_slots_[place] = validation_.size();
      pool_.read(event, 1, dense);
      validation_.add(dense);
    }
  }

  epoch_plan plan(std::int64_t epoch) const {
    epoch_plan p;
    p.epoch = epoch;
    std::int64_t held = options_.window_events;  // full, so that the first block opens a window
    const std::int64_t blocks = (pool_.size() + options_.block_events - 1) / options_.block_events;
    for (std::int64_t b : permutation(blocks, random(epoch))) {
      const auto begin = trains_.begin() + b * options_.block_events;
      const auto length = std::min(options_.block_events, pool_.size() - b * options_.block_events);
      const std::int64_t training = std::count(begin, begin + length, true);
      if (held >= options_.window_events) {
        p.blocks.emplace_back();
        p.starts.push_back(p.starts.back());
        held = 0;
      }
      p.blocks.back().push_back(b);
      p.starts.back() += training;
      held += training;
    }
    return p;
  }

  /// A window read from the files, and shuffled. Const, and of its arguments alone: it also runs in the reading thread.
  window read_window(const epoch_plan& p, std::int64_t number) const {
    window w{p.epoch, number, {}, {}, sparse_images(pixels_)};
    std::vector<float> dense(static_cast<std::size_t>(options_.block_events) * pixels_);
    for (std::int64_t b : p.blocks[static_cast<std::size_t>(number)]) {
      const std::int64_t first = b * options_.block_events, n = std::min(options_.block_events, pool_.size() - first);
      pool_.read(first, n, dense);
      for (std::int64_t k = 0; k < n; ++k)
        if (trains_[static_cast<std::size_t>(first + k)]) {
          w.events.push_back(first + k);
          w.images.add(std::span<const float>(dense).subspan(k * pixels_, pixels_));
        }
    }
    w.slots.resize(w.events.size());
    std::iota(w.slots.begin(), w.slots.end(), std::size_t(0));
    shuffle(w.slots, random(p.epoch), static_cast<std::uint64_t>(number + 1) << 40);
    std::vector<std::int64_t> shuffled;
    for (std::size_t s : w.slots) shuffled.push_back(w.events[s]);
    w.events = std::move(shuffled);
    return w;
  }

  /// Makes `number` the window in use, and has the next one read meanwhile.
  const window& enter(std::int64_t number) {
    if (current_.epoch == plan_.epoch && current_.number == number) return current_;
    if (ahead_.valid()) {
      window w = ahead_.get();  // also waits, since only one thread reads
      if (w.epoch == plan_.epoch && w.number == number) current_ = std::move(w);
    }
    if (current_.epoch != plan_.epoch || current_.number != number) current_ = read_window(plan_, number);
    const bool last = number + 1 == plan_.windows();
    ahead_ = std::async(std::launch::async, [this, p = last ? plan(plan_.epoch + 1) : plan_,
                                             next = last ? 0 : number + 1] { return read_window(p, next); });
    return current_;
  }

  /// f(j, window, place) for each image j of a batch.
  template <class F>
  void visit(std::int64_t epoch, std::int64_t step, int n, F&& f) {
    if (epoch < 0 || step < 0 || n < 1 || (step + 1) * n > training_events())
      throw error(pool_.name() + ": found " + std::to_string(training_events()) + " training events, expected " +
                  std::to_string((step + 1) * n) + " for step " + std::to_string(step) + " of batch " +
                  std::to_string(n));
    if (in_memory()) {
      if (current_.epoch != epoch) {
        current_.events = split_.training;
        shuffle(current_.events, random(epoch));
        current_.epoch = epoch;
      }
      for (int j = 0; j < n; ++j) f(j, current_, static_cast<std::size_t>(step * n + j));
      return;
    }
    if (plan_.epoch != epoch) plan_ = plan(epoch);
    for (int j = 0; j < n; ++j) {
      const std::int64_t at = step * n + j;
      const auto number = std::upper_bound(plan_.starts.begin(), plan_.starts.end(), at) - plan_.starts.begin() - 1;
      f(j, enter(number), static_cast<std::size_t>(at - plan_.starts[static_cast<std::size_t>(number)]));
    }
  }

  stream_options options_;
  event_pool pool_;
  event_split split_;
  std::size_t pixels_;
  std::optional<sparse_images> everything_;
  std::vector<bool> trains_;
  sparse_images validation_;
  std::vector<std::size_t> validation_slots_;
  epoch_plan plan_;
  window current_;
  std::future<window> ahead_;  // last: its thread ends before what it reads from
};

}  // namespace hepgan::data
