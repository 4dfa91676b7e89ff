// A file of events, made and written a piece at a time, so that any number fits in memory.
#pragma once
#include <algorithm>
#include <hepgan/io/event_writer.hpp>

#include "model.hpp"

namespace rpv {

/// `make(first, count, images)` fills the images of a piece and returns its fields.
template <class Make>
void write_pieces(const std::string& out, std::int64_t n, Make make) {
  hepgan::io::event_writer writer(out, image);
  constexpr std::int64_t piece = 1024;
  std::vector<float> images(piece * image.size());
  for (std::int64_t done = 0; done < n; done += piece) {
    const std::int64_t count = std::min(piece, n - done);
    const auto part = std::span(images).first(count * image.size());
    const hepgan::io::event_fields fields = make(done, count, part);
    writer.append(part, fields);
  }
  writer.finish();
}

}  // namespace rpv
