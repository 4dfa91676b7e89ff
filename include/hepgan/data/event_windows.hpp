// A set larger than memory, shuffled in two levels: its blocks of neighbouring events are permuted, and a window of
// blocks, read in one go, is shuffled inside. The next window is read while the present one is used.
#pragma once
#include <algorithm>
#include <cstdint>
#include <future>
#include <hepgan/core/parallel.hpp>
#include <hepgan/data/event_pool.hpp>
#include <hepgan/data/permutation.hpp>
#include <hepgan/data/sparse_images.hpp>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace hepgan::data {

/// Where windows are cut. Part of what fixes the order of events, so a resumed run needs the same.
struct window_options {
  std::uint64_t seed = 1;
  std::int64_t window_events = 16384;  // at least; held in memory twice
  std::int64_t block_events = 256;     // read together; a larger chunk is unpacked for each
};

class event_windows {
 public:
  event_windows(const event_pool& pool, const std::vector<std::int64_t>& training, window_options options)
      : pool_(pool),
        options_(options),
        pixels_(static_cast<std::size_t>(pool.image().size())),
        trains_(static_cast<std::size_t>(pool.size())) {
    for (std::int64_t i : training) trains_[static_cast<std::size_t>(i)] = true;
  }
  event_windows(const event_windows&) = delete;  // the reading thread refers to it
  event_windows& operator=(const event_windows&) = delete;

  /// The training event at `position` of an epoch, and its image if `out` has room. Any order works; forward is fast.
  std::int64_t get(std::int64_t epoch, std::int64_t position, std::span<float> out) {
    if (plan_.epoch != epoch) plan_ = plan(epoch);
    const auto after = std::upper_bound(plan_.starts.begin(), plan_.starts.end(), position);
    const auto number = after - plan_.starts.begin() - 1;
    const auto place = static_cast<std::size_t>(position - plan_.starts[static_cast<std::size_t>(number)]);
    const window& w = enter(number);
    if (!out.empty()) w.images.get(w.slots[place], out);
    return w.events[w.slots[place]];
  }

 private:
  struct window {
    std::int64_t epoch = -1, number = -1;
    sparse_images images;
    std::vector<std::int64_t> events;  // of the pool, one for each image
    std::vector<std::size_t> slots;    // training order: which image comes when
  };
  /// Which blocks an epoch visits, cut into windows: known without reading any image.
  struct epoch_plan {
    std::int64_t epoch = -1;
    std::vector<std::vector<std::int64_t>> blocks;  // per window
    std::vector<std::int64_t> starts{0};            // training events before each window, and in all
    std::int64_t windows() const { return static_cast<std::int64_t>(blocks.size()); }
  };

  random_stream random(std::int64_t epoch) const {
    return {options_.seed, purpose::shuffle, static_cast<std::uint32_t>(epoch)};
  }

  epoch_plan plan(std::int64_t epoch) const {
    epoch_plan p;
    p.epoch = epoch;
    std::int64_t held = options_.window_events;  // full, so that the first block opens a window
    const std::int64_t blocks = (pool_.size() + options_.block_events - 1) / options_.block_events;
    for (std::int64_t b : permutation(blocks, random(epoch))) {
      const auto begin = trains_.begin() + b * options_.block_events;
      const auto length = (std::min)(options_.block_events, pool_.size() - b * options_.block_events);
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
    window w{p.epoch, number, sparse_images(pixels_), {}, {}};
    std::vector<float> dense(static_cast<std::size_t>(options_.block_events) * pixels_);
    for (std::int64_t b : p.blocks[static_cast<std::size_t>(number)]) {
      const std::int64_t first = b * options_.block_events, n = (std::min)(options_.block_events, pool_.size() - first);
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
    ahead_ =
        std::async(std::launch::async, [this, p = last ? plan(plan_.epoch + 1) : plan_, next = last ? 0 : number + 1] {
          set_threads(1);  // the others train
          return read_window(p, next);
        });
    return current_;
  }

  const event_pool& pool_;
  window_options options_;
  std::size_t pixels_;
  std::vector<bool> trains_;
  epoch_plan plan_;
  window current_;
  std::future<window> ahead_;  // last: its thread ends before what it reads from
};

}  // namespace hepgan::data
