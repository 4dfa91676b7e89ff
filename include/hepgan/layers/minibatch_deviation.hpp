// How much the events of a batch differ, told to a critic, so that a generator of few modes is found out.
#pragma once
#include <hepgan/layers/kinds.hpp>

namespace hepgan {

/// One plane: the standard deviation of each number over a group of events, averaged over the numbers, at each pixel of
/// each event of the group (Karras et al., arXiv:1710.10196; ε = 1e-8 within the root). Groups are of `Group`
/// neighbours in the batch; where these do not divide it, as many groups of less, alike in size up to one event.
/// Appended as a channel: with_minibatch_deviation<>, net/minibatch_deviation.hpp.
template <int Group = 4>
struct minibatch_deviation : deviation {
  static_assert(Group > 1, "hepgan: a minibatch_deviation is that of groups of at least 2 events");
  static constexpr const char* name = "minibatch_deviation";
  static constexpr int group = Group;
};

}  // namespace hepgan
