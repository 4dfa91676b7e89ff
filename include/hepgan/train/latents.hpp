// What a generator is given: latent vectors, and where its layers' random numbers begin, as those of other networks do.
#pragma once
#include <hepgan/core/random.hpp>
#include <hepgan/net/tape.hpp>
#include <vector>

namespace hepgan {

/// By what a training's seed is changed for what it generates and for the networks that read it: seeds far from one
/// another, and from those that production and other trainings count.
namespace seed_of {
inline constexpr std::uint64_t generated = 1ull << 61, on_real = 1ull << 62, on_fake = 1ull << 63;
}

/// The first event of a step, numbered over steps and processes: nothing is drawn twice.
template <class Reducer>
std::uint64_t first_event_of(std::int64_t step, const Reducer& reduce, int batch) {
  return (static_cast<std::uint64_t>(step) * reduce.size() + reduce.rank()) * batch;
}

/// Loads events [first, first + batch) of the seed: event i is the same in every batch. `room` is kept by the caller.
template <class Real>
[[gnu::noinline]] void draw_latents(tape_base<Real>& made, std::vector<Real>& room, std::uint64_t seed,
                                    std::uint64_t first) {
  const int n = made.event_tensor().extent.size();  // conditions are the caller's
  room.resize(std::size_t(n) * made.batch());
  fill_latents(std::span(room), n, seed, first);
  made.load(std::span<const Real>(room));
  made.random(seed, first);
}

}  // namespace hepgan
