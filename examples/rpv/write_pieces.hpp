// A file of events, made and written a piece at a time, so that any number fits in memory.
#pragma once
#include <algorithm>
#include <cmath>
#include <hepgan/core/error.hpp>
#include <hepgan/io/event_writer.hpp>
#include <string>

#include "../common/interrupt.hpp"
#include "model.hpp"

namespace rpv {

/// `make(first, count, images)` fills the images of a piece and returns its fields. A signal to stop ends it between
/// pieces.
template <class Make>
void write_pieces(const std::string& out, std::int64_t n, Make make) {
  examples::catch_interrupts();
  hepgan::io::event_writer writer(out, image);
  constexpr std::int64_t piece = 1024;
  std::vector<float> images(piece * image.size());
  for (std::int64_t done = 0; done < n; done += piece) {
    examples::expect_uninterrupted();
    const std::int64_t count = std::min(piece, n - done);
    const auto part = std::span(images).first(count * image.size());
    const hepgan::io::event_fields fields = make(done, count, part);
    if (const auto odd = std::ranges::find_if_not(part, [](float e) { return std::isfinite(e); }); odd != part.end())
      throw hepgan::error(
          "event " + std::to_string(done + (odd - part.begin()) / image.size()) + ": found " + std::to_string(*odd) +
          " in its image, expected energies; its conditions or the checkpoint's numbers are out of all range");
    writer.append(part, fields);
  }
  writer.finish();
}

}  // namespace rpv
