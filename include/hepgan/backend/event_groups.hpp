// Which numbers a norm of single events takes together, and which events a statistic of groups or a chunk does.
#pragma once
#include <hepgan/core/shape.hpp>

namespace hepgan {

/// All numbers of an event, those of each channel, or those of each pixel.
enum class grouping { event, channel, pixel };
constexpr int group_size(grouping over, shape s) {
  return over == grouping::event ? s.size() : over == grouping::channel ? s.pixels() : s.channels;
}

/// A batch as ⌈batch / wanted⌉ groups of neighbouring events, alike in size up to one event.
struct event_groups {
  int batch, count;
  constexpr event_groups(int events, int wanted) : batch(events), count((events + wanted - 1) / wanted) {}
  constexpr int first(int group) const { return static_cast<int>(static_cast<long long>(group) * batch / count); }
  constexpr int size(int group) const { return first(group + 1) - first(group); }
};

/// Events of each chunk of a batch but the last, which may have fewer: as few chunks as can be of at most `most`
/// events.
constexpr int events_of_chunk(int batch, int most) {
  const int chunks = (batch + most - 1) / most;
  return (batch + chunks - 1) / chunks;
}

}  // namespace hepgan
