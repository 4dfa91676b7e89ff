// Images read in pieces: a file may be larger than memory.
#pragma once
#include <algorithm>
#include <cstdint>
#include <hepgan/io/event_file.hpp>
#include <span>
#include <vector>

#include "model.hpp"

namespace rpv {

/// f(first, images) for each piece of the file's first `count` events, in MeV.
template <class F>
void read_pieces(const hepgan::io::event_file& file, std::int64_t count, F f) {
  constexpr std::int64_t piece = 4096;
  std::vector<float> images;
  for (std::int64_t first = 0; first < count; first += piece) {
    const std::int64_t here = std::min(piece, count - first);
    images.resize(static_cast<std::size_t>(here) * image.size());
    file.read(first, here, images);
    f(first, std::span<const float>(images));
  }
}

}  // namespace rpv
